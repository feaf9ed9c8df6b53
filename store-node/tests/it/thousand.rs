//! The simulation as a test: what must hold for a thousand nodes.

use std::time::Duration;

use crate::simulation::{World, simulate};

#[test]
fn a_thousand_nodes_learn_of_a_version_within_two_seconds() {
    let world = World {
        seed: 1,
        nodes: 1_000,
        attackers: 0,
        churn: 0,
        versions: 1,
    };
    let outcome = simulate(world);
    let spread = outcome.spread[0].expect("99 of 100 have it");
    assert!(spread < Duration::from_secs(2), "{outcome:?}");
    assert_eq!(outcome.reached, 1.0, "{outcome:?}");
    assert!(outcome.messages < 15.0, "{outcome:?}");
    assert_eq!((outcome.cut_off, outcome.wronged), (0, 0), "{outcome:?}");
}

#[test]
fn churn_and_liars_do_not_keep_it_from_the_others() {
    let world = World {
        seed: 7,
        nodes: 300,
        attackers: 30,
        churn: 3,
        versions: 2,
    };
    let outcome = simulate(world);
    for spread in &outcome.spread {
        assert!(
            spread.is_some_and(|spread| spread < Duration::from_secs(3)),
            "{outcome:?}"
        );
    }
    assert!(outcome.reached >= 0.99, "{outcome:?}");
    assert_eq!(outcome.cut_off, 30, "every liar is cut off: {outcome:?}");
    assert_eq!(outcome.wronged, 0, "nobody honest is: {outcome:?}");
    assert_eq!(simulate(world), outcome, "the same seed, the same run");
    let other = simulate(World { seed: 8, ..world });
    assert_ne!(other.trace, outcome.trace);
}
