//! Where the page of a code can be read: on the site, if whoever built this has one.

use super::Definition;

/// The site's address, such as `https://dps.example/`: the environment variable `DPS_X509_SITE` of the build.
const ADDRESS: Option<&str> = option_env!("DPS_X509_SITE");

impl Definition {
    /// The address of the page about this code; none without a site. There, `dps-x509 explain CODE` prints it.
    #[must_use]
    pub fn url(&self) -> Option<String> {
        page(ADDRESS, self.code)
    }
}

/// What `cargo xtask book` calls the page.
fn page(site: Option<&str>, code: &str) -> Option<String> {
    let site = site.filter(|site| site.starts_with("https://") || site.starts_with("http://"))?;
    Some(format!("{}/explain/{code}/", site.trim_end_matches('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_has_a_page_for_each_code() {
        for site in ["https://dps.example/tool", "https://dps.example/tool/"] {
            assert_eq!(page(Some(site), "DX401").as_deref(), Some("https://dps.example/tool/explain/DX401/"));
        }
        assert_eq!([None, Some(""), Some("dps.example")].map(|site| page(site, "DX401")), [None, None, None]);
    }
}
