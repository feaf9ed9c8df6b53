//! All routes, each with its rule.

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::IntoResponse;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::access::{Access, Api, CREATE, RECREATE, RouteRule, unknown_route};
use super::audited::panicked;
use super::{
    App, about, account, assets, audit, auth, containers, convert, create, document, door, engine,
    events, exec, health, icons, images, logs, networks, operations, recreate, registry, settings,
    stats, store, timeline, updates, volumes,
};

pub(super) fn api() -> Api {
    Api::new(OpenApiRouter::with_openapi(document::base()))
        .with(Access::Public, routes!(health::health))
        .with(Access::Public, routes!(auth::setup))
        .with(Access::Public, routes!(auth::login))
        .with(Access::Mutation("session.logout"), routes!(auth::logout))
        .with(Access::Session, routes!(auth::session))
        .with(Access::Session, routes!(containers::list))
        .with(Access::Mutation(CREATE), routes!(create::create))
        .with(Access::Session, routes!(containers::detail))
        .with(Access::Session, routes!(recreate::settings))
        .with(Access::Mutation(RECREATE), routes!(recreate::recreate))
        .with(Access::Session, routes!(convert::from_run))
        .with(Access::Session, routes!(convert::to_compose))
        .with(
            Access::Mutation("container.remove"),
            routes!(containers::remove),
        )
        .with(
            Access::Mutation("container.start"),
            routes!(containers::start),
        )
        .with(
            Access::Mutation("container.stop"),
            routes!(containers::stop),
        )
        .with(
            Access::Mutation("container.restart"),
            routes!(containers::restart),
        )
        .with(
            Access::Mutation("container.pause"),
            routes!(containers::pause),
        )
        .with(
            Access::Mutation("container.unpause"),
            routes!(containers::unpause),
        )
        .with(
            Access::Mutation("container.kill"),
            routes!(containers::kill),
        )
        .with(
            Access::Mutation("container.rename"),
            routes!(containers::rename),
        )
        .with(Access::Session, routes!(logs::logs))
        .with(Access::Mutation("container.exec"), routes!(exec::ticket))
        .with(Access::Ticket, routes!(exec::socket))
        .with(Access::Session, routes!(engine::engine))
        .with(Access::Session, routes!(registry::tags))
        .with(Access::Session, routes!(images::list))
        .with(Access::Mutation("image.pull"), routes!(images::pull))
        .with(Access::Mutation("image.remove"), routes!(images::remove))
        .with(Access::Session, routes!(events::events))
        .with(Access::Session, routes!(stats::all))
        .with(Access::Session, routes!(stats::one))
        .with(Access::Session, routes!(stats::history))
        .with(Access::Session, routes!(stats::host_history))
        .with(Access::Session, routes!(operations::list))
        .with(Access::Session, routes!(operations::detail))
        .with(
            Access::Mutation("operation.cancel"),
            routes!(operations::cancel),
        )
        .with(Access::Session, routes!(audit::list))
        .with(Access::Session, routes!(audit::chain))
        .with(Access::Session, routes!(document::openapi))
        .merge(records())
        .merge(things())
        .merge(apps())
        .merge(newer())
}

/// What is remembered and what can be set.
fn records() -> Api {
    Api::new(OpenApiRouter::new())
        .with_room(
            Access::Mutation("container.icon"),
            icons::MAX_PICTURE,
            routes!(icons::set),
        )
        .with(
            Access::Mutation("container.icon_remove"),
            routes!(icons::remove),
        )
        .with(Access::Session, routes!(icons::list))
        .with(Access::Session, routes!(icons::picture))
        .with(Access::Session, routes!(timeline::list))
        .with(Access::Session, routes!(timeline::apps))
        .with(
            Access::Mutation("account.password"),
            routes!(account::password),
        )
        .with(Access::Session, routes!(account::sessions))
        .with(
            Access::Mutation("session.end"),
            routes!(account::end_session),
        )
        .with(Access::Session, routes!(settings::get))
        .with(Access::Mutation("settings.change"), routes!(settings::put))
        .with(Access::Session, routes!(about::about))
}

/// Networks, volumes and tidying up.
fn things() -> Api {
    Api::new(OpenApiRouter::new())
        .with(Access::Session, routes!(networks::list))
        .with(
            Access::Mutation("network.create"),
            routes!(networks::create),
        )
        .with(
            Access::Mutation("network.remove"),
            routes!(networks::remove),
        )
        .with(Access::Session, routes!(networks::prune_preview))
        .with(Access::Mutation("network.prune"), routes!(networks::prune))
        .with(Access::Session, routes!(volumes::list))
        .with(Access::Mutation("volume.create"), routes!(volumes::create))
        .with(Access::Mutation("volume.remove"), routes!(volumes::remove))
        .with(Access::Session, routes!(volumes::prune_preview))
        .with(Access::Mutation("volume.prune"), routes!(volumes::prune))
        .with(Access::Session, routes!(images::prune_preview))
        .with(Access::Mutation("image.prune"), routes!(images::prune))
}

/// The store and what is installed from it.
fn apps() -> Api {
    Api::new(OpenApiRouter::new())
        .with(Access::Session, routes!(store::index))
        .with(Access::Session, routes!(store::details))
        .with(Access::Session, routes!(store::manifest))
        .with(Access::Session, routes!(store::icon))
        .with(Access::Session, routes!(store::sources::status))
        .with(Access::Session, routes!(store::sources::list))
        .with(Access::Mutation("store.add"), routes!(store::sources::add))
        .with(
            Access::Mutation("store.remove"),
            routes!(store::sources::remove),
        )
        .with(Access::Mutation("store.pin"), routes!(store::sources::pin))
        .with(
            Access::Mutation("store.refresh"),
            routes!(store::sources::refresh),
        )
        .with(Access::Session, routes!(store::sources::invite))
        // A preview changes nothing and comes with every key.
        .with(Access::Session, routes!(store::installs::preview))
        .with(
            Access::Mutation("app.install"),
            routes!(store::installs::install),
        )
        .with(Access::Session, routes!(store::installs::list))
        .with(Access::Session, routes!(store::installs::detail))
        .with(Access::Session, routes!(store::installs::preview_change))
        .with(
            Access::Mutation("app.change"),
            routes!(store::installs::change),
        )
        .with(Access::Session, routes!(store::installs::uninstall_preview))
        .with(
            Access::Mutation("app.uninstall"),
            routes!(store::installs::uninstall),
        )
}

/// Updates.
fn newer() -> Api {
    Api::new(OpenApiRouter::new())
        .with(Access::Session, routes!(updates::list))
        .with(Access::Mutation("update.check"), routes!(updates::check))
        .with(Access::Mutation("update.apply"), routes!(updates::apply))
        .with(Access::Session, routes!(updates::settings))
        .with(
            Access::Mutation("update.settings"),
            routes!(updates::change_settings),
        )
        .with(Access::Session, routes!(updates::plan))
        .with(
            Access::Mutation("container.update"),
            routes!(updates::update),
        )
        .with(
            Access::Mutation("container.rollback"),
            routes!(updates::rollback),
        )
        .with(
            Access::Mutation("container.update_policy"),
            routes!(updates::set_policy),
        )
}

/// All routes with their rules.
#[must_use]
pub fn rules() -> Vec<RouteRule> {
    api().rules
}

/// Everything under one service.
pub(super) fn router(app: Arc<App>) -> Router {
    let (api, _) = api().router.split_for_parts();
    api.route("/api", axum::routing::any(unknown_route))
        .route("/api/", axum::routing::any(unknown_route))
        .route("/api/{*rest}", axum::routing::any(unknown_route))
        .fallback(assets::asset)
        .layer(tower_http::catch_panic::CatchPanicLayer::custom(|_| {
            panicked().into_response()
        }))
        .layer(from_fn_with_state(Arc::clone(&app), door::door))
        .with_state(app)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::http::access::operations_of;
    use crate::http::document::document;

    #[test]
    fn every_route_has_a_rule_and_every_rule_a_route() {
        let document = document();
        let mut listed: Vec<(String, String)> = Vec::new();
        for (path, mut item) in document.paths.paths {
            for (method, operation) in operations_of(&mut item) {
                assert_eq!(
                    operation.security.is_none(),
                    matches!(path.as_str(), "/api/health" | "/api/setup" | "/api/login"),
                    "{method} {path}"
                );
                listed.push((method.to_string(), path.clone()));
            }
        }
        let mut ruled: Vec<(String, String)> = rules()
            .into_iter()
            .map(|r| (r.method.to_string(), r.path.replace("{*", "{")))
            .collect();
        listed.sort();
        ruled.sort();
        assert_eq!(listed, ruled);
    }

    /// A fixed word where another route has a name would hide the thing that is
    /// called by that word.
    #[test]
    fn no_route_hides_a_name() {
        // An image of this name can be removed as `pull:latest`, or by its id.
        const KNOWN: [&str; 1] = ["/api/images/pull"];
        let paths: Vec<String> = rules().into_iter().map(|rule| rule.path).collect();
        let is_name = |part: &str| part.starts_with('{');
        let hides = |word: &str, named: &str| {
            let mut parts = word.split('/').zip(named.split('/'));
            let apart = parts.find(|(word, named)| word != named);
            apart.is_some_and(|(word, named)| !is_name(word) && is_name(named))
        };
        for word in &paths {
            for named in &paths {
                let known = KNOWN.contains(&word.as_str());
                assert!(
                    known || !hides(word, named),
                    "{word} hides a part of {named}"
                );
            }
        }
    }

    /// The document keeps one schema for each name and drops the others without
    /// a word.
    #[test]
    fn every_schema_has_a_name_of_its_own() {
        let mut known: BTreeMap<String, String> = BTreeMap::new();
        for (name, schema) in api().schemas {
            let schema = serde_json::to_string(&schema).expect("a schema is JSON");
            let first = known.entry(name.clone()).or_insert_with(|| schema.clone());
            assert_eq!(*first, schema, "two schemas are called {name}");
        }
        assert!(known.len() > 60, "{}", known.len());
    }
}
