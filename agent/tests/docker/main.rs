//! The agent against a real engine and a real registry: one of each for the
//! whole run, a fresh agent for each test.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "tests"
)]

mod account;
mod apps;
mod client;
mod commands;
mod create;
mod doors;
mod engine;
mod exec;
mod icons;
mod images;
mod lifecycle;
mod limits;
mod logs;
mod networks;
mod peers;
mod readers;
mod recovery;
mod recreate;
mod session;
mod stats;
mod timeline;
mod updates;
mod volumes;
mod wizard;
mod world;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use libtest_mimic::{Arguments, Failed, Trial};
use tokio::runtime::Runtime;
use world::World;

/// No test may take longer.
const LIMIT: Duration = Duration::from_secs(360);

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    if std::env::var("HM_TEST_DOCKER").is_ok_and(|v| v == "off") {
        eprintln!("HM_TEST_DOCKER=off: skipping all tests against a real engine");
        return ExitCode::SUCCESS;
    }
    rustls::crypto::ring::default_provider()
        .install_default()
        .expect("the first provider");
    let runtime = Arc::new(Runtime::new().expect("a runtime"));
    if arguments.list {
        return libtest_mimic::run(&arguments, trials(&runtime, None)).exit_code();
    }
    testkit::sweep().expect("leftovers of killed runs go");
    let world = Arc::new(
        runtime
            .block_on(World::start())
            .expect("an engine and a registry"),
    );
    let conclusion = libtest_mimic::run(&arguments, trials(&runtime, Some(&world)));
    // The engine goes before the process does, whatever the tests said.
    let world = Arc::try_unwrap(world).ok().expect("all tests have ended");
    runtime.block_on(async { drop(world) });
    conclusion.exit_code()
}

macro_rules! tests {
    ($runtime:ident, $world:ident: $($module:ident :: $name:ident),* $(,)?) => {
        vec![$({
            let runtime = Arc::clone($runtime);
            let world = $world.cloned();
            Trial::test(concat!(stringify!($module), "::", stringify!($name)), move || {
                let world = world.ok_or("no engine")?;
                runtime
                    .block_on(async move {
                        tokio::time::timeout(LIMIT, $module::$name(&world)).await
                    })
                    .map_err(|_| Failed::from("took longer than 360 s"))
            })
        }),*]
    };
}

fn trials(runtime: &Arc<Runtime>, world: Option<&Arc<World>>) -> Vec<Trial> {
    tests![runtime, world:
        account::a_new_password_ends_other_sessions,
        account::guessing_the_current_password_is_slowed_down,
        account::single_sessions_can_be_ended,
        account::settings_hold_at_once_and_are_kept,
        account::the_chain_and_the_components,
        apps::a_catalogue_is_searched_and_shown,
        apps::nothing_unsigned_is_believed,
        apps::stale_stores_are_shown_and_install_nothing,
        apps::one_container_from_beginning_to_end,
        apps::a_database_a_setup_and_a_page,
        apps::what_fails_is_removed_and_data_is_kept,
        apps::another_digest_is_refused,
        apps::risks_of_apps_must_be_named,
        apps::one_change_at_a_time,
        apps::killed_between_steps_of_an_install,
        peers::news_come_by_gossip_to_a_node_in_the_agent,
        peers::news_come_by_gossip_to_a_node_behind_a_socket,
        peers::a_node_behind_a_socket_may_go_and_come,
        commands::configuration_faults_are_explained,
        commands::passwords_are_set_from_the_command_line,
        commands::plain_http_and_unix_sockets,
        commands::the_audit_log_is_verified,
        commands::the_document_is_the_routers,
        create::everything_asked_for_is_there,
        create::all_problems_come_at_once,
        create::ports_are_checked_again_before_a_start,
        create::risks_must_be_named,
        create::what_fails_leaves_nothing,
        create::with_a_pull_it_is_an_operation,
        create::a_dry_run_leaves_no_trace,
        doors::every_route_is_closed,
        doors::forwarded_headers_are_not_believed,
        doors::every_mutation_is_audited,
        engine::a_lost_engine_comes_back,
        engine::what_happens_behind_its_back_is_seen,
        engine::changes_show_at_once,
        engine::the_version_is_agreed_on,
        engine::three_hundred_containers_cost_the_engine_nothing,
        engine::events_go_on_where_they_stopped,
        exec::typing_into_a_shell,
        exec::fifty_megabytes_come_back_whole,
        exec::a_paused_terminal_gets_nothing_and_loses_nothing,
        exec::bytes_that_look_like_frames_are_bytes,
        exec::without_a_shell_it_says_so,
        exec::tickets_work_once,
        exec::a_closed_terminal_ends_its_shell,
        icons::given_kept_and_taken_away,
        icons::hostile_files_are_turned_away,
        images::pulled_listed_and_removed,
        images::pulls_are_cancelled_and_fail_with_a_reason,
        lifecycle::a_container_from_beginning_to_end,
        lifecycle::health_has_a_reason,
        lifecycle::odd_names_and_labels,
        lifecycle::two_changes_at_once,
        limits::bodies_headers_and_fields,
        limits::silent_peers_are_sent_away,
        logs::both_streams_apart,
        logs::terminals_have_one_stream,
        logs::from_any_point_and_on,
        logs::a_slow_reader_costs_no_memory,
        networks::from_beginning_to_end,
        networks::pruned_as_previewed,
        readers::stuck_ones_cost_nobody_anything,
        recovery::an_interrupted_pull_is_picked_up,
        recovery::killed_between_steps,
        recovery::lost_answers_are_found_out,
        recovery::other_peoples_volumes_stay,
        recovery::an_engine_lost_in_the_middle,
        recovery::cancelled_while_down,
        recreate::one_field_changes_and_all_others_stay,
        recreate::a_failing_successor_puts_the_old_one_back,
        recreate::health_decides_where_there_is_a_check,
        recreate::stopped_ones_stay_stopped_and_passing_ones_are_refused,
        recreate::its_own_ports_are_not_in_its_way,
        recreate::killed_between_steps_of_a_recreation,
        recreate::cancelled_in_the_middle_the_old_one_runs,
        session::the_first_password_is_set_once,
        session::signing_in_and_out,
        session::guessing_does_not_lock_the_admin_out,
        session::streams_end_with_their_session,
        session::sessions_survive_a_restart,
        stats::the_same_numbers_as_the_engine,
        stats::the_engine_is_asked_when_told_so,
        stats::no_viewer_no_sampling,
        stats::a_container_comes_pauses_and_goes,
        stats::the_history_survives,
        wizard::every_field_reaches_the_engine,
        wizard::addresses_lie_in_their_network,
        wizard::risks_behind_something_else_are_found,
        wizard::a_line_becomes_a_container,
        wizard::the_engine_says_what_it_can,
        wizard::tags_come_from_the_registry,
        timeline::nothing_twice_and_nothing_lost,
        timeline::reasons_people_and_filters,
        timeline::a_restart_loop_is_one_entry,
        updates::to_what_the_tag_means_now_and_back,
        updates::a_bad_image_is_undone_with_its_reason,
        updates::what_is_stopped_stays_stopped,
        updates::every_shape_stays_as_it_was,
        updates::a_registry_in_a_bad_mood_takes_nothing_away,
        updates::what_a_registry_says_is_shown,
        updates::every_disturbance_leaves_the_old_or_the_new,
        volumes::from_beginning_to_end,
        volumes::a_folder_in_disguise_is_a_risk,
        volumes::pruned_as_previewed,
        volumes::images_are_pruned_as_previewed,
    ]
}
