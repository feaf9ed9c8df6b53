use image::{ImageBuffer, ImageFormat, Rgba};

use super::*;

fn png(colour: u8) -> Bytes {
    let picture = ImageBuffer::from_pixel(300, 20, Rgba([colour, 0, 0, 255]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, ImageFormat::Png)
        .expect("written");
    bytes.into_inner().into()
}

async fn opened(dir: &tempfile::TempDir) -> (Icons, crate::db::DbThread) {
    let (db, thread) = Db::open(&dir.path().join("x.redb")).expect("made");
    (Icons::open(db).await.expect("opened"), thread)
}

#[tokio::test]
async fn icons_are_kept_by_name() {
    let dir = tempfile::tempdir().expect("a directory");
    let (icons, thread) = opened(&dir).await;
    let kept = icons
        .set("web", IconChoice::Picture(png(9)))
        .await
        .expect("kept");
    let id = kept.strip_prefix(STORED).expect("a stored one").to_owned();
    let again = icons
        .set("other", IconChoice::Picture(png(9)))
        .await
        .expect("kept");
    assert_eq!(kept, again, "the same picture is kept once");
    icons
        .set("other", IconChoice::Builtin("film".into()))
        .await
        .expect("kept");
    assert_eq!(icons.stored(), [(id.clone(), vec!["web".to_owned()])]);
    icons.rename("web", "www").await.expect("renamed");
    assert_eq!(
        (icons.of("web"), icons.of("www")),
        (None, Some(kept.clone()))
    );
    drop(icons);
    thread.join();
    let (icons, _thread) = opened(&dir).await;
    assert_eq!(icons.of("www"), Some(kept), "after a restart");
    let small = image::load_from_memory(&icons.picture(&id).await.expect("there")).expect("a PNG");
    assert!(small.width() <= 256 && small.height() <= 256);
    assert!(icons.remove("www").await.expect("removed"));
    assert!(!icons.remove("www").await.expect("nothing to remove"));
}

#[tokio::test]
async fn what_will_not_do_changes_nothing() {
    let dir = tempfile::tempdir().expect("a directory");
    let (icons, _thread) = opened(&dir).await;
    for word in ["", "Film", "../x", &"a".repeat(41)] {
        let error = icons.set("web", IconChoice::Builtin(word.into())).await;
        assert!(matches!(error, Err(IconError::Word)), "{word}");
    }
    let error = icons.set("web", IconChoice::Stored("0".repeat(64))).await;
    assert!(matches!(error, Err(IconError::Unknown)));
    let whole = png(1);
    for bad in [
        Bytes::from_static(b"<svg/>"),
        whole.slice(..whole.len() / 2),
        Bytes::new(),
    ] {
        let error = icons.set("web", IconChoice::Picture(bad)).await;
        assert!(matches!(error, Err(IconError::Picture(_))), "{error:?}");
    }
    assert_eq!(icons.of("web"), None);
}

#[tokio::test]
async fn what_nobody_uses_goes_after_a_while() {
    let dir = tempfile::tempdir().expect("a directory");
    let (icons, _thread) = opened(&dir).await;
    icons
        .set("kept", IconChoice::Picture(png(1)))
        .await
        .expect("kept");
    icons
        .set("gone", IconChoice::Picture(png(2)))
        .await
        .expect("kept");
    let exists = HashSet::from(["kept".to_owned()]);
    let now = Timestamp::now().as_second();
    let at = |seconds: i64| Timestamp::from_second(now + seconds).expect("a time");
    icons
        .tidy(&exists, at(KEEP_SECONDS - 60))
        .await
        .expect("tidied");
    assert_eq!(icons.stored().len(), 2);
    icons
        .tidy(&exists, at(KEEP_SECONDS + 60))
        .await
        .expect("tidied");
    assert!(icons.of("gone").is_none() && icons.of("kept").is_some());
    icons
        .tidy(&exists, at(2 * KEEP_SECONDS + 120))
        .await
        .expect("tidied");
    assert_eq!(icons.stored().len(), 1, "and then its picture");
}
