//! Whether DER is made of whole elements.

use crate::cert::der::Element;

/// Whether everything inside is made of whole elements.
pub(in crate::cert::file) fn is_well_formed(element: &Element<'_>, depth: u32) -> bool {
    !element.is_constructed()
        || depth > 0
            && element.children().all(|child| child.is_ok_and(|child| is_well_formed(&child, depth - 1)))
}
