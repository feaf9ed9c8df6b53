//! Images and names.

use super::*;

#[test]
fn images_by_name_and_by_id() {
    let plan = |image: &str, pull: Option<&str>| {
        plan_create(
            &CreateDraft {
                image: image.into(),
                pull: pull.map(str::to_owned),
                ..draft()
            },
            &world(),
        )
    };
    assert!(plan("nginx", Some("always")).unwrap().pull);
    assert!(!plan("nginx", Some("missing")).unwrap().pull);
    assert!(plan("nginx:1", None).unwrap().pull);
    assert!(!plan(&format!("redis:7@{ID}"), None).unwrap().pull);
    assert!(plan(&format!("nginx@{ID}"), None).unwrap().pull);
    for id in [ID, &ID[7..], &ID[7..20], &ID[..27]] {
        let plan = plan(id, None).unwrap();
        assert_eq!(
            plan.spec.image,
            ImageSource::LocalId(Digest::parse(ID).unwrap()),
            "{id}"
        );
        assert_eq!((plan.pull, plan.spec.name.as_str()), (false, "container"));
    }
    let image = |image: &str| CreateDraft {
        image: image.into(),
        ..draft()
    };
    check(image(""), &["image required"]);
    check(image("my image"), &["image invalid"]);
    check(image(&ID.replace('9', "1")), &["image invalid"]);
    check(image(&ID[7..19]), &["image invalid"]); // both ids start like that
    check(
        CreateDraft {
            pull: Some("never".into()),
            ..draft()
        },
        &["pull invalid"],
    );
    check(
        CreateDraft {
            pull: Some("always".into()),
            ..image(ID)
        },
        &["pull invalid"],
    );
}

#[test]
fn a_name_must_be_valid_and_free() {
    let name = |name: &str| CreateDraft {
        name: Some(name.into()),
        ..draft()
    };
    check(name("app"), &[]);
    check(name(""), &[]);
    check(name("a b"), &["name invalid"]);
    let problem = only_problem(&name("web"), &world());
    assert_eq!(problem.suggestion.map(|s| s.value), text("web-2"));
    let problem = only_problem(&name("-x"), &world());
    assert_eq!(problem.suggestion.map(|s| s.value), text("nginx-2"));
    assert_eq!(problem.message, "A name starts with a letter or a digit.");
}
