//! What is known besides the request.

use alloc::string::String;
use alloc::vec::Vec;

use crate::verify::Clock;

/// What the sender meant to send, or knows of what was signed.
#[derive(Clone, Debug, Default)]
pub struct Intended {
    /// The parameters, wherever they went.
    pub params: Option<Vec<(String, String)>>,
    /// The body.
    pub body: Option<Vec<u8>>,
    /// X-Duo-* headers that may not have arrived.
    pub headers: Option<Vec<(String, String)>>,
    /// The canonical string that the sender's program printed.
    pub canonical: Option<String>,
}

/// What is known besides the request.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// What the sender meant.
    pub intended: Intended,
    /// When the request was received; without it, its date may be any.
    pub clock: Option<Clock>,
    /// The code that Duo answered, such as 40103.
    pub answer: Option<u32>,
    /// Whether another request of the same program is signed rightly, with the same keys.
    pub has_worked: bool,
    /// When the corrected request is made, in seconds since 1970; none is made without it.
    pub today: Option<i64>,
    /// How many canonical strings to try at most. The default is 1.4 million with HMAC-SHA512 and twice
    /// as many with shorter hashes, and fewer when they are long or hold many parameters, so that a search
    /// ends within three seconds.
    pub budget: Option<u64>,
}
