/// The file with a checksum that fits: else no fuzzer would ever come past it. Both files of the
/// engine begin with four letters, a version and the checksum of what follows.
pub fn sealed(file: &[u8]) -> Vec<u8> {
    let mut file = file.to_vec();
    let Some(body) = file.get(9..) else {
        return file;
    };
    let mut crc = u32::MAX;
    for byte in body {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
        }
    }
    file[5..9].copy_from_slice(&(!crc).to_le_bytes());
    file
}
