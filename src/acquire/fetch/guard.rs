//! An address → whether it may be requested. Refuses addresses that are not public, by name and by number, unless the user has named them.

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use url::{Host, Url};

/// The loopback and private hosts that may be requested.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "WrittenHosts")]
pub enum PrivateHosts {
    /// None: `false`.
    #[default]
    None,
    /// These, as an address writes its host. A name counts, not what it resolves to: a stranger's name can point anywhere.
    Listed(BTreeSet<String>),
    /// Every one: `true`.
    All,
}

/// The setting as it is written.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected true, false or a list of hosts")]
enum WrittenHosts {
    All(bool),
    Listed(Vec<String>),
}

/// A text in the list that is not a host.
#[derive(Debug, thiserror::Error)]
#[error("'{0}' is not a host: write its name or address alone, without scheme, port and path")]
struct NotAHost(String);

impl TryFrom<WrittenHosts> for PrivateHosts {
    type Error = NotAHost;

    fn try_from(written: WrittenHosts) -> Result<PrivateHosts, NotAHost> {
        match written {
            WrittenHosts::All(false) => Ok(PrivateHosts::None),
            WrittenHosts::All(true) => Ok(PrivateHosts::All),
            WrittenHosts::Listed(hosts) => {
                Ok(PrivateHosts::Listed(hosts.iter().map(|host| listed(host)).collect::<Result<_, _>>()?))
            }
        }
    }
}

/// A host of the list in the form that addresses have.
fn listed(text: &str) -> Result<String, NotAHost> {
    let is_bare_v6 = text.parse::<Ipv6Addr>().is_ok();
    let host = Host::parse(&if is_bare_v6 { format!("[{text}]") } else { text.to_owned() });
    host.map(|host| host.to_string()).map_err(|_| NotAHost(text.to_owned()))
}

impl PrivateHosts {
    fn allow(&self, host: &str) -> bool {
        match self {
            PrivateHosts::None => false,
            PrivateHosts::Listed(hosts) => hosts.contains(host.trim_end_matches('.')),
            PrivateHosts::All => true,
        }
    }
}

/// Why an address is not requested.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Forbidden {
    /// Only `http` and `https` are fetched.
    #[error("the scheme '{0}' is not http or https")]
    Scheme(String),
    /// It would be sent to the server, and archived.
    #[error("the address has a user name")]
    UserName,
    /// It names no host.
    #[error("the address has no host")]
    NoHost,
    /// An address of the loopback, of a private network, or of another range that is not public.
    #[error("{0} is not a public address")]
    NotPublic(IpAddr),
}

/// Refuses what is neither http nor https, has a user name, or names an address that is neither public nor allowed.
///
/// The addresses of a name are checked when it is resolved.
pub fn check_host(url: &Url, allowed: &PrivateHosts) -> Result<(), Forbidden> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Forbidden::Scheme(url.scheme().to_owned()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Forbidden::UserName);
    }
    let address = match url.host() {
        Some(Host::Ipv4(address)) => IpAddr::V4(address),
        Some(Host::Ipv6(address)) => IpAddr::V6(address),
        Some(Host::Domain(_)) => return Ok(()),
        None => return Err(Forbidden::NoHost),
    };
    let is_allowed = is_public(address) || allowed.allow(url.host_str().unwrap_or_default());
    if is_allowed { Ok(()) } else { Err(Forbidden::NotPublic(address)) }
}

/// Whether an address is one of the public network; in doubt it is not.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    // IANA IPv4 Special-Purpose Address Registry.
    let is_special = match address.octets() {
        [0 | 10 | 127, ..] | [169, 254, ..] | [192, 168, ..] | [192, 88, 99, _] => true,
        [100, b, ..] => (64..128).contains(&b),
        [172, b, ..] => (16..32).contains(&b),
        [192, 0, 0 | 2, _] | [198, 18 | 19, ..] | [198, 51, 100, _] | [203, 0, 113, _] => true,
        [a, ..] => a >= 224,
    };
    !is_special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    // Only 2000::/3 is assigned; mapped, compatible, translated (64:ff9b::), ULA, link-local and multicast lie outside.
    let is_global = segments[0] & 0xe000 == 0x2000;
    let is_special = match segments {
        // Teredo, benchmarking, ORCHID and the rest of 2001::/23; documentation; 6to4, which embeds any IPv4 address.
        [0x2001, b, ..] => b < 0x200 || b == 0xdb8,
        [0x2002, ..] => true,
        [0x3fff, b, ..] => b < 0x1000,
        _ => false,
    };
    is_global && !is_special
}

/// Resolves names to addresses of which every one is public or allowed; the connection is made to just these.
pub(super) struct CheckedResolver {
    pub(super) allowed: PrivateHosts,
}

impl Resolve for CheckedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let is_allowed = self.allowed.allow(name.as_str());
        Box::pin(async move {
            // Blocks this client's own thread only: each worker has a client of its own.
            let addresses: Vec<SocketAddr> = (name.as_str(), 0).to_socket_addrs()?.collect();
            match addresses.iter().find(|address| !is_allowed && !is_public(address.ip())) {
                Some(address) => Err(Forbidden::NotPublic(address.ip()).into()),
                None => Ok(Box::new(addresses.into_iter()) as Addrs),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(toml: &str) -> Result<PrivateHosts, String> {
        #[derive(Deserialize)]
        struct HostsSetting {
            hosts: PrivateHosts,
        }
        let setting = toml::from_str::<HostsSetting>(&format!("hosts = {toml}"));
        setting.map(|setting| setting.hosts).map_err(|error| error.message().to_owned())
    }

    #[test]
    fn a_list_allows_its_hosts_and_no_other() {
        let allowed = hosts("['127.0.0.1', '::1', 'Intranett.Example']").unwrap();
        let check = |url: &str| check_host(&Url::parse(url).unwrap(), &allowed);
        assert_eq!(check("http://127.0.0.1:8080/a"), Ok(()));
        assert_eq!(check("http://[::1]/"), Ok(()));
        assert!(allowed.allow("intranett.example") && !allowed.allow("localhost"));
        assert_eq!(check("http://127.0.0.2/").unwrap_err().to_string(), "127.0.0.2 is not a public address");
        assert!(check("http://10.0.0.1/").is_err());
    }

    #[test]
    fn the_setting_is_a_truth_value_or_a_list_of_hosts() {
        assert_eq!(hosts("false"), Ok(PrivateHosts::None));
        assert_eq!(hosts("true"), Ok(PrivateHosts::All));
        for wrong in ["['http://127.0.0.1']", "['127.0.0.1:80']", "['']", "3", "'127.0.0.1'"] {
            let message = hosts(wrong).unwrap_err();
            assert!(message.contains("is not a host") || message.contains("list of hosts"), "{message}");
        }
    }
}
