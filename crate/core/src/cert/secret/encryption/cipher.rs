//! The ciphers of schemes that are older than PBES2.

use aes::{Aes128, Aes192, Aes256};
use cbc::cipher::{
    BlockCipherDecrypt, BlockModeDecrypt as _, InnerIvInit as _, KeyInit, StreamCipher as _,
    block_padding::Pkcs7, common::InnerUser,
};
use des::{Des, TdesEde2, TdesEde3};
use rc2::Rc2;
use rc4::Rc4;
use zeroize::Zeroizing;

use crate::cert::secret::error::KeyError;

/// A cipher; those of blocks in the CBC mode with the padding of PKCS#7.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cipher {
    Aes128,
    Aes192,
    Aes256,
    Des,
    Des2,
    Des3,
    Rc2,
    Rc4,
}

impl Cipher {
    /// Octets of its initial vector, and of one block.
    pub(super) const fn block_length(self) -> usize {
        match self {
            Self::Aes128 | Self::Aes192 | Self::Aes256 => 16,
            Self::Des | Self::Des2 | Self::Des3 | Self::Rc2 => 8,
            Self::Rc4 => 1,
        }
    }

    /// Decrypts.
    ///
    /// # Errors
    /// [`KeyError::PassphraseWrong`] if the padding does not fit, [`KeyError::Malformed`] if the lengths do not.
    pub(super) fn decrypt(
        self,
        key: &[u8],
        vector: &[u8],
        encrypted: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        if !encrypted.len().is_multiple_of(self.block_length()) {
            return Err(KeyError::Malformed);
        }
        match self {
            Self::Aes128 => cbc(keyed::<Aes128>(key)?, vector, encrypted),
            Self::Aes192 => cbc(keyed::<Aes192>(key)?, vector, encrypted),
            Self::Aes256 => cbc(keyed::<Aes256>(key)?, vector, encrypted),
            Self::Des => cbc(keyed::<Des>(key)?, vector, encrypted),
            Self::Des2 => cbc(keyed::<TdesEde2>(key)?, vector, encrypted),
            Self::Des3 => cbc(keyed::<TdesEde3>(key)?, vector, encrypted),
            Self::Rc2 => cbc(Rc2::new_with_eff_key_len(key, key.len() * 8), vector, encrypted),
            Self::Rc4 => {
                let mut out = Zeroizing::new(encrypted.to_vec());
                keyed::<Rc4>(key)?.apply_keystream(&mut out);
                Ok(out)
            }
        }
    }
}

fn keyed<C: KeyInit>(key: &[u8]) -> Result<C, KeyError> {
    C::new_from_slice(key).map_err(|_| KeyError::Malformed)
}

fn cbc<C>(cipher: C, vector: &[u8], encrypted: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError>
where
    C: BlockCipherDecrypt,
    cbc::Decryptor<C>: InnerUser<Inner = C>,
{
    let mode = cbc::Decryptor::<C>::inner_iv_slice_init(cipher, vector).map_err(|_| KeyError::Malformed)?;
    let mut buffer = Zeroizing::new(encrypted.to_vec());
    let opened = mode.decrypt_padded::<Pkcs7>(&mut buffer).map_err(|_| KeyError::PassphraseWrong)?.len();
    buffer.truncate(opened);
    Ok(buffer)
}
