//! Networks of the test's own: a switch and some machines, each a network
//! namespace with one card. Needs root; what was made is removed in the end.

use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

static COUNT: AtomicU32 = AtomicU32::new(0);

/// The switch and its machines.
pub(crate) struct Lab {
    name: String,
    prefix: &'static str,
    machines: u8,
}

fn ip(line: &str) {
    let output = Command::new("ip").args(line.split_whitespace()).output();
    let output = output.expect("the program “ip”");
    assert!(
        output.status.success(),
        "ip {line}: {} (these tests need root)",
        String::from_utf8_lossy(&output.stderr)
    );
}

impl Lab {
    /// A switch without machines, for addresses that begin so, as `10.77.0`.
    pub(crate) fn new(prefix: &'static str) -> Self {
        let nth = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("hb{}-{nth}", std::process::id());
        let lab = Self {
            name,
            prefix,
            machines: 0,
        };
        let switch = lab.switch();
        ip(&format!("netns add {switch}"));
        ip(&format!("-n {switch} link add br0 type bridge"));
        ip(&format!(
            "-n {switch} link set br0 type bridge mcast_snooping 0"
        ));
        ip(&format!("-n {switch} link set br0 up"));
        lab
    }

    fn switch(&self) -> String {
        format!("{}-sw", self.name)
    }

    /// The name of a machine, which is a namespace's.
    pub(crate) fn machine(&self, number: u8) -> String {
        format!("{}-{number}", self.name)
    }

    pub(crate) fn address(&self, number: u8) -> String {
        format!("{}.{number}", self.prefix)
    }

    /// One more machine; gives its number, which is the end of its address.
    pub(crate) fn add(&mut self) -> u8 {
        self.machines += 1;
        let number = self.machines;
        let (switch, machine) = (self.switch(), self.machine(number));
        let address = self.address(number);
        ip(&format!("netns add {machine}"));
        ip(&format!(
            "-n {switch} link add p{number} type veth peer name eth0 netns {machine}"
        ));
        ip(&format!("-n {switch} link set p{number} master br0 up"));
        ip(&format!("-n {machine} link set lo up"));
        ip(&format!("-n {machine} address add {address}/24 dev eth0"));
        ip(&format!("-n {machine} link set eth0 up"));
        ip(&format!("-n {machine} route add 224.0.0.0/4 dev eth0"));
        number
    }

    /// Lets these machines reach others, but not each other.
    pub(crate) fn part(&self, machines: &[u8]) {
        for number in machines {
            let switch = self.switch();
            ip(&format!(
                "-n {switch} link set p{number} type bridge_slave isolated on"
            ));
        }
    }

    /// Pulls a machine's cable, or puts it in again.
    pub(crate) fn plug(&self, number: u8, there: bool) {
        let state = if there { "up" } else { "down" };
        ip(&format!("-n {} link set p{number} {state}", self.switch()));
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        for name in (1..=self.machines)
            .map(|number| self.machine(number))
            .chain([self.switch()])
        {
            // Also when a test failed halfway; there is nothing more to do then.
            let _ = Command::new("ip").args(["netns", "del", &name]).status();
        }
    }
}
