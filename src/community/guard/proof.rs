//! Proofs of work. Whoever sends a form has tried, on average, two to the power of its difficulty numbers. One hash checks
//! that.

use crate::sha256::sha256;

/// Returns whether the SHA-256 of the token, a colon and the nonce begins with so many zero bits.
pub fn is_proof(token: &str, nonce: &str, difficulty: u8) -> bool {
    let hash = sha256(format!("{token}:{nonce}").as_bytes());
    leading_zeros(&hash) >= u32::from(difficulty)
}

fn leading_zeros(hash: &[u8]) -> u32 {
    let zeros = hash.iter().take_while(|byte| **byte == 0).count();
    let next = hash.get(zeros).map_or(0, |byte| byte.leading_zeros());
    u32::try_from(zeros).unwrap_or(u32::MAX) * 8 + next
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_is_found_by_trying_and_belongs_to_one_token() {
        let found = (0..100_000).find(|nonce| is_proof("token", &nonce.to_string(), 10));
        let nonce = found.map(|nonce| nonce.to_string()).unwrap_or_default();
        assert!(is_proof("token", &nonce, 10));
        assert!(is_proof("token", &nonce, 0));
        assert!(!is_proof("another", &nonce, 10));
        assert!(!is_proof("token", &nonce, 60));
    }

    #[test]
    fn zero_bits_are_counted_across_bytes() {
        assert_eq!(leading_zeros(&[0, 0, 0b0001_0000]), 19);
        assert_eq!(leading_zeros(&[0x80]), 0);
        assert_eq!(leading_zeros(&[0, 0]), 16);
    }
}
