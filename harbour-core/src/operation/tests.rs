//! Recovery by example and by property.

use super::*;
use StepState::{Done, Failed, Pending, Running, Undone};
use proptest::prelude::*;

fn records(states: &[StepState]) -> Vec<StepRecord> {
    states
        .iter()
        .enumerate()
        .map(|(index, &state)| StepRecord {
            name: format!("step-{index}"),
            state,
        })
        .collect()
}

fn check(states: &[StepState], commit_point: usize, cancel: bool, expected: Recovery) {
    assert_eq!(
        plan_recovery(&records(states), commit_point, cancel),
        expected,
        "{states:?} at {commit_point}, cancel {cancel}"
    );
}

#[test]
fn an_interrupted_step_is_run_again() {
    check(
        &[Done, Running, Pending],
        2,
        false,
        Recovery::Resume { from: 1 },
    );
    check(
        &[Done, Pending, Pending],
        2,
        false,
        Recovery::Resume { from: 1 },
    );
    check(&[Pending, Pending], 2, false, Recovery::Resume { from: 0 });
    check(&[Done, Done], 1, false, Recovery::Resume { from: 2 });
    check(&[], 0, false, Recovery::Resume { from: 0 });
}

#[test]
fn before_the_commit_point_trouble_unwinds() {
    check(
        &[Done, Running, Pending],
        2,
        true,
        Recovery::Unwind { from: 1 },
    );
    check(
        &[Done, Failed, Pending],
        2,
        false,
        Recovery::Unwind { from: 1 },
    );
    check(
        &[Done, Done, Failed, Pending],
        3,
        false,
        Recovery::Unwind { from: 2 },
    );
    check(&[Pending, Pending], 2, true, Recovery::Unwind { from: 0 });
    // An undo that was interrupted goes on where it was.
    check(
        &[Done, Running, Undone],
        3,
        false,
        Recovery::Unwind { from: 1 },
    );
    check(
        &[Undone, Undone, Pending],
        3,
        false,
        Recovery::Unwind { from: 0 },
    );
}

#[test]
fn after_the_commit_point_it_is_finished() {
    check(
        &[Done, Done, Running],
        2,
        true,
        Recovery::Resume { from: 2 },
    );
    check(
        &[Done, Done, Failed],
        2,
        false,
        Recovery::Resume { from: 2 },
    );
    check(
        &[Done, Done, Pending],
        2,
        true,
        Recovery::Resume { from: 2 },
    );
    check(
        &[Done, Running, Pending],
        0,
        true,
        Recovery::Resume { from: 1 },
    );
    // A commit point beyond the last step is never passed.
    check(&[Done, Done], 3, true, Recovery::Unwind { from: 1 });
}

#[test]
fn undoing_goes_backwards_and_skips_what_left_nothing() {
    let steps = records(&[Done, Undone, Failed, Running, Pending]);
    assert_eq!(undo_order(&steps, 3), [3, 2, 0]);
    assert_eq!(undo_order(&steps, 99), [3, 2, 0]);
    assert_eq!(undo_order(&records(&[Pending]), 0), [0; 0]);
    assert_eq!(undo_order(&[], 0), [0; 0]);
}

#[test]
fn words_read_back() {
    for kind in [OperationKind::Pull, OperationKind::Create] {
        assert_eq!(OperationKind::parse(kind.as_str()), Ok(kind));
    }
    for state in [Pending, Running, Done, Failed, Undone] {
        assert_eq!(StepState::parse(state.as_str()), Ok(state));
    }
    let cause = || "disk full".to_owned();
    for state in [
        OperationState::Running,
        OperationState::Succeeded,
        OperationState::RolledBack { cause: cause() },
        OperationState::NeedsAttention { cause: cause() },
    ] {
        assert_eq!(
            OperationState::parse(state.as_str(), state.cause()),
            Ok(state.clone())
        );
        assert_eq!(state.is_finished(), state.as_str() != "running");
    }
    assert_eq!(
        OperationState::parse("rolled_back", None)
            .unwrap_err()
            .to_string(),
        "“rolled_back” is no state of an operation"
    );
    assert!(OperationKind::parse("Pull").is_err() && StepState::parse("").is_err());
}

fn any_steps() -> impl Strategy<Value = Vec<StepRecord>> {
    let state = prop_oneof![
        Just(Pending),
        Just(Running),
        Just(Done),
        Just(Failed),
        Just(Undone)
    ];
    proptest::collection::vec(state, 0..8).prop_map(|states| records(&states))
}

proptest! {
    #[test]
    fn a_plan_leaves_nothing_out(steps in any_steps(), commit_point in 0..9_usize, cancel: bool) {
        match plan_recovery(&steps, commit_point, cancel) {
            Recovery::Resume { from } => {
                prop_assert!(steps[..from].iter().all(|step| step.state == Done));
                prop_assert!(from == steps.len() || steps[from].state != Done);
                prop_assert!(is_committed(&steps, commit_point) || !cancel);
            }
            Recovery::Unwind { from } => {
                prop_assert!(!is_committed(&steps, commit_point));
                let left: Vec<usize> = (0..steps.len()).filter(|&index| steps[index].state.may_have_effect()).collect();
                let mut undone = undo_order(&steps, from);
                prop_assert!(undone.is_sorted_by(|a, b| a > b));
                undone.reverse();
                prop_assert_eq!(undone, left);
            }
        }
    }

    /// Recovering, crashing anywhere in the undo and recovering again comes to the same end.
    #[test]
    fn unwinding_survives_being_interrupted(done in 1..6_usize, crashes in 0..6_usize) {
        let mut states = vec![Done; done];
        states.push(Failed);
        states.push(Pending);
        let mut steps = records(&states);
        for _ in 0..=crashes {
            let Recovery::Unwind { from } = plan_recovery(&steps, states.len(), false) else { panic!("resumed a failed operation") };
            if let Some(&next) = undo_order(&steps, from).first() {
                steps[next].state = Undone;
            }
        }
        let first_kept = (done + 1).saturating_sub(crashes + 1);
        prop_assert!(steps[..first_kept].iter().all(|step| step.state == Done));
        prop_assert!(steps[first_kept..=done].iter().all(|step| step.state == Undone));
    }
}
