//! SHA-256 of texts and files, and how it is written.

use aws_lc_rs::digest;
use data_encoding::HEXLOWER;

/// Returns the SHA-256 of the bytes.
pub fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, bytes).as_ref().to_vec()
}

/// Writes bytes in hexadecimal, in lower case.
pub fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}
