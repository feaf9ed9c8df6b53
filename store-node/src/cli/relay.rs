//! `relay`: for nodes that can not reach each other, and as a first peer that
//! knows others. It has no store.

use clap::Args;

use super::Failure;
use super::serve::{Place, log, run_node};

#[derive(Debug, Args)]
pub(super) struct Relay {
    #[command(flatten)]
    place: Place,
}

pub(super) async fn run(relay: Relay) -> Result<(), Failure> {
    log();
    let mut config = relay.place.config()?;
    if config.external.is_empty() {
        return Err(
            "a relay must be reachable: give the address with --external, for instance \
             /ip4/203.0.113.5/tcp/4410"
                .into(),
        );
    }
    config.serve_relay = true;
    let external = config.external.clone();
    run_node(config, &relay.place, async |network| {
        let id = network.status().await?.peer_id;
        for address in external {
            println!("relay {address}/p2p/{id}");
        }
        Ok(())
    })
    .await
}
