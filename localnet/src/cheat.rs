//! Surfpool's own RPC methods: what no real cluster allows.

use std::fmt::Write as _;

use anyhow::{Context as _, Result};
use ballast_client::Pubkey;
use ballast_client::rpc::Cluster;
use serde_json::{Value, json};
use solana_rpc_client_api::request::RpcRequest;

const MS_PER_SEC: i64 = 1_000;

/// Writes an account as it is given, whatever was there.
pub async fn set_account(cluster: &Cluster, address: &Pubkey, owner: &Pubkey, lamports: u64, data: &[u8]) -> Result<()> {
    let account = json!({ "lamports": lamports, "owner": owner.to_string(), "executable": false, "data": hex(data) });
    call(cluster, "surfnet_setAccount", json!([address.to_string(), account])).await
}

/// Deploys a program, or upgrades it, past its loader.
pub async fn write_program(cluster: &Cluster, program: &Pubkey, elf: &[u8], authority: &Pubkey) -> Result<()> {
    call(cluster, "surfnet_writeProgram", json!([program.to_string(), hex(elf), 0, authority.to_string()])).await
}

/// Moves the cluster's clock forward to this time, seconds since 1970.
pub async fn travel_to(cluster: &Cluster, unix_time: i64) -> Result<()> {
    call(cluster, "surfnet_timeTravel", json!([{ "absoluteTimestamp": unix_time * MS_PER_SEC }])).await
}

async fn call(cluster: &Cluster, method: &'static str, params: Value) -> Result<()> {
    let sent = cluster.rpc().send::<Value>(RpcRequest::Custom { method }, params).await;
    sent.map(drop).with_context(|| format!("{method} failed: is this a local cluster?"))
}

/// Hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut digits, byte| {
        write!(digits, "{byte:02x}").expect("a string takes any length");
        digits
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn hex_keeps_leading_zeros() {
        assert_eq!(super::hex(&[0, 10, 255]), "000aff");
    }
}
