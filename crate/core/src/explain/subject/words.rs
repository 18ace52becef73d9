//! The words by which a text is seen to be about a device's connection, or about something else. They are parted by `|`.

use std::sync::LazyLock;

/// Words, as they are looked for.
pub(super) struct Words(LazyLock<Vec<&'static str>>);

impl Words {
    pub(super) fn iter(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().copied()
    }

    /// Whether one of these is a word of the line, in small letters.
    pub(super) fn has_one_of(&self, line: &[&[u8]]) -> bool {
        line.iter().any(|word| self.iter().any(|known| known.as_bytes() == *word))
    }
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident = $words:literal;)+) => {
        $($(#[$doc])* pub(super) static $name: Words = Words(LazyLock::new(|| $words.split('|').collect()));)+
    };
}

words! {
    /// What begins in the lines of a device, of its client, and of whoever tries its certificate by hand, in small letters; nobody
    /// else prints it.
    OF_DEVICES = "\
        mqtt|connack|8883|azure|aziot|eisservice|iothub|iot hub|iotedge|esp-tls|esp_tls|esp32|esp8266|esp-idf|esp_|\
        mbedtls|wolfssl|bearssl|bssl:|paho|mosquitto|zephyr|freertos|threadx|netx|nxd_|nx_|lwip|stm32|arduino|sim7|\
        sim800|quectel|simcom|u-blox|nrf9|at+|+qmt|+cmqtt|+qssl|+qiopen|simplelink|sl_|firmware v|firmware:|rssi|\
        wifi connected|wifi:|wi-fi connected|connecting to wifi|ip address:|free heap|provisioning|registration id|\
        registrationid|device id|device_id|deviceid|device-id|devicename|\
        device certificate|device cert|s_client|connected(0000|verify error:num|verify return|depth lookup|* tls|\
        *   trying |openssl verify|errorcode|trackingid";
    /// Whole words of the same.
    WORDS_OF_DEVICES = "\
        iot|dps|amqp|amqps|telemetry|modem|gprs|gsm|lte|bootloader|rtos|sntp|uart|gpio|thermostat";
    /// Words of devices that others have as well.
    OF_MACHINES = "\
        device|devices|gateway|cloud|sensor|sensors|meter|meters|measured|measuring|measurement|measurements|plc|battery|\
        sleeping|reboot|rebooting|boot|booting|booted|firmware|fw|edge|gps|gnss|imei|iccid|ssid|wifi|wlan|modbus|i2c|spi|\
        adc|rtc|valve|pump|heater|motor|robot|charger|temperature|humidity|voltage";
    /// What begins the words of who speaks of a connection, whatever it is for.
    OF_CONNECTIONS = "\
        connect|disconnect|reconnect|tls|ssl|openssl|handshake|handshaking|cert|socket|sock|tcp|dns|resolv|getaddrinfo|host|\
        server|network|net|wifi|wlan|cloud|retry|retri|timeout|timed|http|url|endpoint|proxy|port|dhcp|route|\
        unreachable|x509|ca|key|pem|publish|ping|ntp|clock|trust|econn|etimed|ehost|enet|enotfound|eai|pkix|alert";
    /// Words of other trades: of whoever keeps books, mail, films, packages or money.
    OF_OTHERS = "\
        sql|jdbc|database|schema|query|transaction|table|migrations|ldap|kerberos|smtp|imap|pop3|pop3s|imaps|smtps|\
        ldaps|mail|mailer|email|ftp|nfs|smb|cifs|zone|zones|torrent|tracker|player|players|voice|game|lobby|servlet|\
        controller|webhook|invoice|invoices|order|orders|payment|checkout|customer|tenant|backup|archive|job|jobid|\
        clone|cloning|launcher|installer|news|intranet|webshop|spreadsheet|batch|deploy|deployment|git|repository|repo|package|packages|plugin|plugins|pod|pods|namespace|volume|\
        snapshot|crawler|feed|browser|printer|spooler|license|licence|consumer|producer|replica|\
        shard|indexer|indexers|codec|video|audio|ffmpeg|wallet|mempool|peers|vpn|radius|eap|scraper|dashboard|\
        klippy|extruder|rasman|ikev2|sstp|subscriber|playlist|movie|episode|album|bot|guild|federation|soap|xmpp|irc|login";
    /// Where libraries stand in the paths of a trace.
    PLACES_OF_LIBRARIES = "\
        node_modules/|site-packages/|dist-packages/|/gems/|/vendor/|/pkg/mod/";
    /// Parts of the names of libraries that a device's client stands on.
    LIBRARIES = "\
        mqtt|azure|paho|amqp|rhea|ssl|tls|urllib3|requests|certifi|websocket|ws|socks|proxy|agent-base|idna|async|\
        debug|stream|bl|duplex|split2|retry|backoff|tornado|twisted|anyio|cryptography|cffi|asn1|forge|iot|serial|\
        gpio|machine|micropython|net-|socket|promise|bluebird";
    /// How packages of other trades begin in a trace of Java's.
    FRAMES = "\
        org.|io.|jakarta.|javax.servlet|javax.mail|javax.naming|com.mysql|oracle.jdbc|com.zaxxer|com.google.|\
        com.facebook.|com.amazonaws|npgsql.";
    /// The same of .NET, wherever they stand.
    NAMESPACES = "\
        microsoft.entityframeworkcore|microsoft.aspnetcore.mvc|system.data.sqlclient|microsoft.data.sqlclient";
    /// How those begin that a device's client stands on.
    FRAMES_OF_CLIENTS = "\
        org.eclipse.paho|org.eclipse.californium|org.bouncycastle|org.conscrypt|org.openjsse|org.apache.http|\
        org.apache.hc.|org.apache.qpid|org.apache.log|org.slf4j|org.fusesource|org.junit|org.json|io.netty|\
        io.reactivex|io.moquette|io.github";
}
