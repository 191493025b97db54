//! The program's own deployment by the upgradeable loader: from nothing, from a run that broke off, as an upgrade, and twice.

use std::path::Path;
use std::sync::Arc;

use ballast_client::Pubkey;
use ballast_client::rpc::{FeePolicy, Keypair, Sender};
use ballast_fixtures::programs::deploy_dir;
use ballast_migrations::cluster::{ClusterChain, Program, ProgramDifference, Progress, Record};
use solana_keypair::read_keypair_file;
use solana_signer::Signer;
use tokio::sync::Notify;

use crate::cluster::Cluster;

fn sender(cluster: &Cluster, wallet: &str) -> Sender {
    let keypair = read_keypair_file(cluster.dir.path().join(format!("keys/{wallet}.json"))).unwrap();
    Sender::new(cluster.rpc(), Arc::new(keypair), FeePolicy::default())
}

fn program(name: &str, keypair: &Arc<Keypair>) -> Program {
    let elf = std::fs::read(deploy_dir().join(format!("{name}.so"))).unwrap();
    Program { address: keypair.pubkey(), elf, keypair: Some(keypair.clone()) }
}

fn record(path: &Path) -> Record {
    Record::open(path, "genesis", &Pubkey::default()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_is_deployed_upgraded_and_left_alone() {
    let cluster = Cluster::start().await;
    let path = cluster.dir.path().join("program.record.json");
    let (keypair, mut record) = (Arc::new(Keypair::new()), record(&path));
    let (first, second) = (program("bare", &keypair), program("hostile", &keypair));
    let buffer_file = path.with_extension("buffer.json");

    // Broken off in the middle of the writes.
    let enough = Notify::new();
    let progress = |progress| {
        if let Progress::Written { written: 5, .. } = progress {
            enough.notify_one()
        }
    };
    let mut chain = ClusterChain::new(cluster.rpc(), sender(&cluster, "admin"), &mut record, progress);
    tokio::select! {
        done = chain.ensure_program(&first) => panic!("it was to be broken off: {done:?}"),
        () = enough.notified() => {}
    }
    assert_eq!(chain.program_difference(&first).await.unwrap(), ProgramDifference::Missing);
    assert!(buffer_file.exists());
    drop(chain);

    let mut chain = ClusterChain::new(cluster.rpc(), sender(&cluster, "admin"), &mut record, |_| ());
    let continued = chain.ensure_program(&first).await.unwrap();
    let parts = first.elf.len().div_ceil(900);
    assert!(continued <= parts - 5 + 1, "{continued} transactions, of {parts} parts and a deployment, after five parts");
    assert_eq!(chain.program_difference(&first).await.unwrap(), ProgramDifference::None);
    assert_eq!(chain.ensure_program(&first).await.unwrap(), 0, "a second run does nothing");

    // The second file is larger than the first one's room.
    assert!(second.elf.len() > first.elf.len());
    chain.ensure_program(&second).await.unwrap();
    assert_eq!(chain.program_difference(&second).await.unwrap(), ProgramDifference::None);
    // And the first one leaves room.
    let without_key = Program { keypair: None, ..first.clone() };
    chain.ensure_program(&without_key).await.unwrap();
    assert_eq!(chain.program_difference(&first).await.unwrap(), ProgramDifference::None);
    drop(chain);
    assert!(!buffer_file.exists(), "nothing is left over");

    let mut chain = ClusterChain::new(cluster.rpc(), sender(&cluster, "bob"), &mut record, |_| ());
    let refused = chain.ensure_program(&second).await.unwrap_err().to_string();
    assert!(refused.contains("may upgrade the program"), "{refused}");
    let unknown = Program { address: Pubkey::new_unique(), elf: second.elf.clone(), keypair: None };
    assert!(chain.ensure_program(&unknown).await.unwrap_err().to_string().contains("needs the keypair"));
    drop(chain);
    cluster.localnet.stop().await.unwrap();
}
