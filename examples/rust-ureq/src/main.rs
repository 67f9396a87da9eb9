//! Which factors may this user authenticate with? `DUO_IKEY=… DUO_SKEY=… DUO_HOST=… cargo run -- narroway`

use std::env;
use std::error::Error;
use std::time::SystemTime;

use duo_sign::{Credentials, Request, Signer};
use ureq::http;
use ureq::tls::{RootCerts, TlsConfig};

fn main() -> Result<(), Box<dyn Error>> {
    let credentials = Credentials::new(&env::var("DUO_IKEY")?, &env::var("DUO_SKEY")?)?;
    let host = env::var("DUO_HOST")?;
    let user = env::args().nth(1).ok_or("the user is missing")?;
    let now = SystemTime::UNIX_EPOCH.elapsed()?.as_secs();

    let request = Request::new("POST", &host, "/auth/v2/preauth", i64::try_from(now)?)
        .param("username", user);
    let signed = Signer::new(&credentials).sign(&request)?;

    let mut call = http::Request::builder().method(&*signed.method).uri(&*signed.url);
    for (name, value) in &signed.headers {
        call = call.header(&**name, &**value);
    }
    // Redirects are not followed, since the next host would get the signature.
    let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
    let config = ureq::Agent::config_builder().tls_config(tls).max_redirects(0);
    let agent = config.http_status_as_error(false).build().new_agent();
    let mut response = agent.run(call.body(&*signed.body.unwrap_or_default())?)?;

    println!("{}", response.body_mut().read_to_string()?);
    Ok(())
}
