//! What an update would do, before it does anything.

use std::fmt::Write as _;

use harbour_core::image_ref::ImageRef;
use harbour_core::update::defaults::{Difference, differences, widened};
use harbour_core::update::dependants::{Ties, Touched, touched};
use serde_json::Value;

use super::known::deployed;
use super::shown::familiar;
use super::{UpdateError, settings};
use crate::db::{DeploymentRecord, MemberRecord, UpdatePlanRecord};
use crate::docker::{INSTALL_LABEL, Predecessor};
use crate::flows::{Context, FindError};
use crate::views::update::{
    Dependant, DependantAction, ImageOrigin, UpdateChange, UpdatePlan, UpdateRisk, UpdateSide,
};

/// How long one without a health check is watched, in seconds, unless somebody
/// says otherwise.
const WATCHED: u32 = 10;

/// Why this program is not updated by itself: it could not see whether it works.
pub(super) const OWN: &str = "Harbourmaster itself runs in it, and cannot look after itself while it is away. Update it the way it was installed.";

/// What to update to.
#[derive(Clone, Debug, Default)]
pub struct Target {
    /// Another tag of the same repository.
    pub tag: Option<String>,
    /// An exact digest; absent means what the reference means now.
    pub digest: Option<String>,
}

/// A plan with everything that carries it out.
pub(super) struct Planned {
    pub(super) view: UpdatePlan,
    pub(super) record: UpdatePlanRecord,
    /// Names and texts.
    pub(super) risks: Vec<(String, String)>,
}

/// What an image sets, and where that is known from.
struct NewImage {
    config: Value,
    created: Option<String>,
    /// Bytes to fetch; none when it is here.
    size: Option<u64>,
}

/// What an update of this container would do.
///
/// # Errors
/// When it is unknown, follows nothing, or its registry does not tell.
pub async fn plan(
    context: &Context,
    wanted: &str,
    target: &Target,
) -> Result<UpdatePlan, UpdateError> {
    Ok(planned(context, wanted, target).await?.view)
}

pub(super) async fn planned(
    context: &Context,
    wanted: &str,
    target: &Target,
) -> Result<Planned, UpdateError> {
    let detail = context.inventory.find(wanted)?;
    let (id, name) = (detail.summary.id.clone(), detail.summary.name.clone());
    let all = deployed(context).await?;
    let known = all.into_iter().find(|one| one.record.name == name);
    let known = known.ok_or_else(|| FindError::None(wanted.to_owned()))?;
    let old = context.engine.predecessor(&id).await?;
    let (follows, digest) = towards(context, &known.record, target).await?;
    let repository = ImageRef::parse(&follows)?.name();
    let pull = format!("{repository}@{digest}");
    let new = new_image(context, &old, &pull).await?;

    let changes = differences(old.config(), old.image().config(), &new.config);
    let risks = widened(&changes);
    let mut refused = old.refusals();
    if detail.summary.labels.contains_key(INSTALL_LABEL) {
        refused.push("It belongs to an app of a store. Update the app.".to_owned());
    }
    if context.own_container.as_deref() == Some(id.as_str()) {
        refused.push(OWN.to_owned());
    }
    if known.record.digest.as_deref() == Some(digest.as_str()) {
        refused.push("It runs this image already.".to_owned());
    }
    let containers = context.inventory.list(true);
    let ids = containers
        .iter()
        .map(|one| one.summary.id.clone())
        .collect();
    let ties = context.engine.ties(ids).await?;
    let touched = match ties.iter().position(|one| one.id == id) {
        Some(at) => touched(at, &ties),
        None => return Err(FindError::None(wanted.to_owned()).into()),
    };
    let touched = touched.unwrap_or_else(|why| {
        refused.push(why);
        Touched::default()
    });

    let mut members = vec![MemberRecord {
        old: id.clone(),
        name: name.clone(),
        request: old.request(&format!("{follows}@{digest}")),
    }];
    for (at, _) in &touched.recreate {
        let other = context.engine.predecessor(&ties[*at].id).await?;
        for why in other.refusals() {
            refused.push(format!("{}, which hangs on it: {why}", ties[*at].name));
        }
        members.push(MemberRecord {
            old: ties[*at].id.clone(),
            name: ties[*at].name.clone(),
            request: other.request(&same_image(context, &other).await?),
        });
    }
    by_names(&mut members);

    let policies = context.db.update_policies().await?;
    let policy = policies.into_iter().find(|one| one.name == name);
    let watch = policy
        .and_then(|one| one.policy.watch_seconds)
        .unwrap_or(WATCHED);
    let settings = settings(context).await?;
    let view = UpdatePlan {
        name,
        from: UpdateSide {
            reference: known.record.follows.as_deref().map(familiar),
            digest: known.record.digest.clone(),
            created: old.image().created().map(str::to_owned),
            origin: origin(old.image().config()),
        },
        to: UpdateSide {
            reference: Some(familiar(&follows)),
            digest: Some(digest.clone()),
            created: new.created.clone(),
            origin: origin(&new.config),
        },
        revision: revision(&old, &digest),
        download_bytes: new.size,
        here: new.size.is_none(),
        changes: changes.into_iter().map(change).collect(),
        risks: risks
            .iter()
            .map(|(name, text)| UpdateRisk {
                name: name.clone(),
                text: text.clone(),
            })
            .collect(),
        dependants: dependants(&touched, &ties),
        runs: old.existing().is_live(),
        verdict: verdict(&old, &new.config, watch),
        data: old.data(),
        data_note: data_note(&old),
        refused,
    };
    let restart = touched.restart.iter();
    let restart = restart.map(|(at, _)| (ties[*at].id.clone(), ties[*at].name.clone()));
    let record = UpdatePlanRecord {
        shown: familiar(&follows),
        follows,
        pull,
        digest,
        members,
        restart: restart.collect(),
        watch_seconds: watch,
        deployed: known.record,
        keep: settings.keep,
    };
    Ok(Planned {
        view,
        record,
        risks,
    })
}

/// The reference that is followed from then on, and the digest.
async fn towards(
    context: &Context,
    record: &DeploymentRecord,
    target: &Target,
) -> Result<(String, String), UpdateError> {
    let wanted = target.digest.as_deref();
    let back = wanted.and_then(|digest| record.before.iter().find(|one| one.digest == digest));
    let follows = match (back, &target.tag, &record.follows) {
        (Some(back), None, _) => back.reference.clone(),
        (_, Some(tag), Some(follows)) => {
            let name = ImageRef::parse(follows)?.name();
            ImageRef::parse(&format!("{name}:{tag}"))?.canonical()
        }
        (_, None, Some(follows)) => follows.clone(),
        (_, _, None) => {
            return Err(UpdateError::Nothing(format!(
                "{} was made from an image without a tag, so there is nothing to follow; change its image in its settings",
                record.name
            )));
        }
    };
    let digest = match wanted {
        Some(digest) => digest.to_owned(),
        None => {
            let image = ImageRef::parse(&follows)?;
            context.net.network().digest(&image).await?.to_string()
        }
    };
    Ok((follows, digest))
}

/// What the image sets: as it is here, else as its registry says.
async fn new_image(
    context: &Context,
    old: &Predecessor,
    pull: &str,
) -> Result<NewImage, UpdateError> {
    if let Some(here) = context.engine.local_image(pull).await? {
        return Ok(NewImage {
            config: here.config().clone(),
            created: here.created().map(str::to_owned),
            size: None,
        });
    }
    let platform = old.image().platform();
    let platform = platform.unwrap_or_else(|| "linux/amd64".to_owned());
    let image = ImageRef::parse(pull)?;
    let facts = context.net.network().image_facts(&image, &platform).await?;
    Ok(NewImage {
        config: facts.config,
        created: facts.created,
        size: Some(facts.size),
    })
}

/// The name of the image that a container has, as long as it means that image.
async fn same_image(context: &Context, of: &Predecessor) -> Result<String, UpdateError> {
    let named = context.engine.local_image(of.reference()).await?;
    let id = of.existing().image_id();
    Ok(match named {
        Some(image) if image.id() == id => of.reference().to_owned(),
        _ => id.to_owned(),
    })
}

/// The engine ties containers to ids; those of the old ones go.
fn by_names(members: &mut [MemberRecord]) {
    let names: Vec<(String, String)> = members
        .iter()
        .map(|one| {
            (
                format!("container:{}", one.old),
                format!("container:{}", one.name),
            )
        })
        .collect();
    for member in members {
        for key in ["NetworkMode", "PidMode", "IpcMode"] {
            let mode = &mut member.request.body["HostConfig"][key];
            let found = names.iter().find(|(id, _)| mode == id.as_str());
            if let Some((_, name)) = found {
                *mode = name.as_str().into();
            }
        }
    }
}

/// Names the state of the container and the digest.
fn revision(old: &Predecessor, digest: &str) -> String {
    let digest = digest.rsplit(':').next().unwrap_or(digest);
    let digest: String = digest.chars().take(12).collect();
    format!("{}-{digest}", old.existing().revision())
}

fn change(difference: Difference) -> UpdateChange {
    UpdateChange {
        field: difference.field.to_owned(),
        name: difference.name,
        before: difference.before,
        after: difference.after,
        effective: difference.effective,
    }
}

fn dependants(touched: &Touched, ties: &[Ties]) -> Vec<Dependant> {
    let all = |list: &[(usize, String)], action: DependantAction| -> Vec<Dependant> {
        list.iter()
            .map(|(at, reason)| Dependant {
                name: ties[*at].name.clone(),
                action,
                reason: reason.clone(),
            })
            .collect()
    };
    let mut found = all(&touched.recreate, DependantAction::Recreate);
    found.extend(all(&touched.restart, DependantAction::Restart));
    found
}

/// What labels say (OCI image specification 1.1, "Annotations").
fn origin(config: &Value) -> ImageOrigin {
    let label = |name: &str| {
        let value = &config["Labels"][format!("org.opencontainers.image.{name}")];
        let text = value
            .as_str()
            .map(str::trim)
            .filter(|text| !text.is_empty());
        text.map(str::to_owned)
    };
    let is_web =
        |address: &String| address.starts_with("https://") || address.starts_with("http://");
    ImageOrigin {
        source: label("source").filter(is_web),
        version: label("version"),
        revision: label("revision"),
    }
}

fn verdict(old: &Predecessor, new: &Value, watch: u32) -> String {
    if !old.existing().is_live() {
        return "It is stopped and stays stopped, so nothing is tried out.".to_owned();
    }
    let own = &old.config()["Healthcheck"]["Test"];
    let test = if own.is_array() {
        own
    } else {
        &new["Healthcheck"]["Test"]
    };
    let none = test
        .as_array()
        .is_none_or(|test| test.is_empty() || test.first().and_then(Value::as_str) == Some("NONE"));
    match none {
        true => format!("It has to run for {watch} seconds without an end or a restart."),
        false => "Its health check has to say that it is healthy.".to_owned(),
    }
}

fn data_note(old: &Predecessor) -> String {
    let mut note = String::new();
    let data = old.data();
    if data.is_empty() {
        note.push_str("It keeps no data outside of itself. What it wrote inside is lost.");
        return note;
    }
    // Writing to a String does not fail.
    let _ = write!(
        note,
        "Its data stays where it is and is not copied. If the new version changes the form of \
         its data, the old version may no longer read it: make a backup first."
    );
    note
}
