//! The line of the host.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;

use super::choices::{
    ALONE, EVERYWHERE, IN_PAIRS, List, NOTHINGS, ONCE, UNNAMED, placeholders, wrapped,
};
use super::list::Mistake;
use crate::http;

/// The host of the example in Duo's documentation.
const SAMPLE_HOST: &str = "api-xxxxxxxx.duosecurity.com";

/// What PowerShell prints for its console, which `$Host` is.
const CONSOLE: &str = "System.Management.Automation.Internal.Host.InternalHost";

/// Where servers of one machine listen.
const PORTS: [u16; 10] = [80, 443, 3000, 4000, 5000, 7071, 8000, 8080, 8443, 8888];

/// Of Duo's hosts, the second for the federal ones.
const DOMAINS: [&str; 2] = ["duosecurity.com", "duofederal.com"];

/// What stands around a host in a URL or a header.
const AROUND: [(Mistake, &str, &str); 7] = [
    (Mistake::HostScheme, "http://", ""),
    (Mistake::HostScheme, "//", ""),
    (Mistake::HostScheme, "", "/"),
    (Mistake::HostPort, "", ":80"),
    (Mistake::HostOther, "", "."),
    (Mistake::HostOther, "Host: ", ""),
    (Mistake::HostOther, "host:", ""),
];

pub(super) fn hosts(request: &http::Request) -> List<String> {
    let sent = request.host().unwrap_or_default();
    let lower = sent.to_ascii_lowercase();
    let name = lower.split(':').next().unwrap_or_default().to_owned();
    let mut hosts = List::new(lower.clone());
    let mut add = |mistake, value: String| hosts.add(mistake, value, EVERYWHERE);
    add(Mistake::HostCase, sent.to_owned());
    add(Mistake::HostCase, sent.to_ascii_uppercase());
    add(Mistake::HostPort, format!("{name}:443"));
    add(Mistake::HostPort, name.clone());
    add(Mistake::HostScheme, format!("https://{lower}"));
    add(Mistake::HostScheme, format!("https://{lower}/"));
    add(Mistake::HostShort, name.split('.').next().unwrap_or_default().to_owned());
    for header in ["x-forwarded-host", "x-original-host"] {
        for other in request.header(header) {
            add(Mistake::HostOther, other.to_ascii_lowercase());
        }
    }
    // What is printed for a variable that was not set, or is not the one that was meant.
    for nothing in NOTHINGS.into_iter().chain([CONSOLE]) {
        let most = if nothing.is_empty() { EVERYWHERE } else { IN_PAIRS };
        hosts.add(Mistake::HostUnset, nothing.to_owned(), most);
        hosts.add(Mistake::HostUnset, nothing.to_ascii_lowercase(), IN_PAIRS);
    }
    for (mistake, before, after) in AROUND {
        hosts.add(mistake, [before, &lower, after].concat(), ALONE);
    }
    for scheme in ["", "https://"] {
        hosts.add(Mistake::HostScheme, [scheme, &lower, request.path()].concat(), ALONE);
    }
    for text in wrapped(&lower) {
        hosts.add(Mistake::HostOther, text, ALONE);
    }
    // Duo's other hosts of the same account, and the domain alone.
    if let Some((first, domain)) = lower.split_once('.') {
        let id = first.rsplit('-').next().unwrap_or_default();
        for name in ["api", "admin", "sso"] {
            hosts.add(Mistake::HostOther, format!("{name}-{id}.{domain}"), ALONE);
            hosts.add(Mistake::HostOther, format!("{name}.{domain}"), ALONE);
        }
        hosts.add(Mistake::HostOther, domain.to_owned(), ALONE);
        for domain in DOMAINS {
            hosts.add(Mistake::HostOther, [first, ".", domain].concat(), ALONE);
        }
    }
    // A gateway, a proxy or a mock on the way, or the machine of the program.
    for header in ["forwarded", "x-forwarded-server"] {
        for value in request.header(header) {
            let hosts_of = value.split([';', ',']).map(str::trim);
            for other in hosts_of.map(|it| it.strip_prefix("host=").unwrap_or(it)) {
                hosts.add(Mistake::HostOther, other.trim_matches('"').to_ascii_lowercase(), ALONE);
            }
        }
    }
    if !request.authority().is_empty() {
        hosts.add(Mistake::HostOther, request.authority().to_ascii_lowercase(), IN_PAIRS);
    }
    for machine in ["localhost", "127.0.0.1", "0.0.0.0", "host.docker.internal", &name] {
        hosts.add(Mistake::HostOther, machine.to_owned(), ONCE);
        for port in PORTS {
            hosts.add(Mistake::HostOther, format!("{machine}:{port}"), ONCE);
        }
    }
    for variable in
        ["host", "HOST", "api_host", "API_HOST", "apihost", "hostname", "api_hostname", "DUO_HOST"]
    {
        for text in placeholders(variable).into_iter().chain(UNNAMED.map(ToOwned::to_owned)) {
            hosts.add(Mistake::HostUnset, text, ONCE);
        }
    }
    hosts.add(Mistake::HostOther, SAMPLE_HOST.to_owned(), IN_PAIRS);
    hosts.add(Mistake::HostOther, SAMPLE_HOST.replace("xxxxxxxx", "XXXXXXXX"), IN_PAIRS);
    hosts
}
