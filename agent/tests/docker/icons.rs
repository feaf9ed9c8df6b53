//! Icons people gave their containers.

use std::io::Cursor;

use bollard::query_parameters::RenameContainerOptions;
use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use reqwest::Method;
use serde_json::json;

use crate::client::bytes_of;
use crate::world::{BUSYBOX, World};

fn picture(side: u32, format: ImageFormat) -> Vec<u8> {
    let pixels = RgbaImage::from_pixel(side, side, Rgba([10, 120, 200, 255]));
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgba8(pixels)
        .write_to(&mut bytes, format)
        .unwrap();
    bytes.into_inner()
}

pub async fn given_kept_and_taken_away(world: &World) {
    let mut harbour = world.harbour().await;
    let api = harbour.api.clone();
    let name = world.name("iconic");
    let body = json!({"image": BUSYBOX, "name": name});
    api.create(&body).await;
    let path = format!("/api/containers/{name}/icon");
    let sent = picture(512, ImageFormat::WebP);
    let set = api.put_bytes(&path, "image/webp", sent).await.ok(200);
    let icon = set["customIcon"].as_str().unwrap().to_owned();
    let id = icon.strip_prefix("stored:").unwrap();
    let shown = async |name: &str| {
        let container = api.get(&format!("/api/containers/{name}")).await.ok(200);
        container["customIcon"].clone()
    };
    assert_eq!(shown(&name).await, json!(icon));
    let response = api
        .request(Method::GET, &format!("/api/icons/{id}"))
        .send()
        .await
        .unwrap();
    let cache = response.headers()["cache-control"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        cache.contains("immutable") && cache.contains("private"),
        "{cache}"
    );
    assert_eq!(response.headers()["content-type"], "image/png");
    let png = bytes_of(response).await;
    let back = image::load_from_memory_with_format(&png, ImageFormat::Png).unwrap();
    assert_eq!((back.width(), back.height()), (256, 256));
    let stored = api.get("/api/icons").await.ok(200);
    assert_eq!(stored["stored"], json!([{"id": id, "usedBy": [name]}]));

    // Its successor has it, and so has the next run of the agent.
    api.remove(&name).await;
    api.create(&body).await;
    assert_eq!(shown(&name).await, json!(icon));
    harbour.start_again().await;
    let api = harbour.api.clone();
    let shown = async |name: &str| {
        let container = api.get(&format!("/api/containers/{name}")).await.ok(200);
        container["customIcon"].clone()
    };
    assert_eq!(shown(&name).await, json!(icon));

    let second = world.name("iconic");
    api.post(
        &format!("/api/containers/{name}/rename"),
        &json!({"name": second}),
    )
    .await
    .ok(200);
    assert_eq!(shown(&second).await, json!(icon));
    let third = world.name("iconic");
    let options = RenameContainerOptions {
        name: third.clone(),
    };
    world
        .docker()
        .rename_container(&second, options)
        .await
        .unwrap();
    api.container(&third, |c| c["customIcon"] == json!(icon))
        .await;

    let path = format!("/api/containers/{third}/icon");
    let set = api.put(&path, &json!({"builtin": "films"})).await.ok(200);
    assert_eq!(set["customIcon"], "builtin:films");
    api.put(&path, &json!({"stored": id})).await.ok(200);
    api.put(&path, &json!({"stored": "0".repeat(64)}))
        .await
        .error(404, "icon_not_found");
    api.put(&path, &json!({"builtin": "../x"}))
        .await
        .error(422, "invalid");
    api.put(&path, &json!({})).await.error(422, "invalid");
    api.delete(&path).await.ok(204);
    assert_eq!(shown(&third).await, json!(null));
    api.get("/api/icons/nothing")
        .await
        .error(404, "icon_not_found");
    let lines = api.get("/api/audit?limit=2").await.ok(200);
    assert_eq!(
        (&lines[0]["action"], &lines[0]["target"]),
        (&json!("container.icon_remove"), &json!(third))
    );
    api.remove(&third).await;
}

pub async fn hostile_files_are_turned_away(world: &World) {
    let harbour = world.harbour().await;
    let api = &harbour.api;
    let name = world.name("plain");
    api.create(&json!({"image": BUSYBOX, "name": name})).await;
    let path = format!("/api/containers/{name}/icon");
    let put = |kind: &'static str, bytes: Vec<u8>| {
        let path = path.clone();
        async move { api.put_bytes(&path, kind, bytes).await }
    };
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>".to_vec();
    let text = put("image/svg+xml", svg.clone())
        .await
        .error(415, "not_a_picture");
    assert!(text.contains("PNG"), "it says what to do: {text}");
    put("image/png", svg).await.error(415, "not_a_picture");
    put("image/png", Vec::new())
        .await
        .error(415, "not_a_picture");
    put("text/html", picture(8, ImageFormat::Png))
        .await
        .error(415, "not_a_picture");
    let whole = picture(64, ImageFormat::Png);
    put("image/png", whole[..whole.len() / 2].to_vec())
        .await
        .error(422, "bad_picture");
    let text = put("image/png", picture(4097, ImageFormat::Png))
        .await
        .error(422, "bad_picture");
    assert!(text.contains("smaller"), "{text}");
    let mut exact = picture(8, ImageFormat::Png);
    exact.resize(1 << 20, 0);
    put("image/png", exact.clone()).await.ok(200);
    exact.push(0);
    put("image/png", exact).await.error(413, "too_large");
    // The room is this one route's alone.
    let large = vec![b' '; (256 << 10) + 1];
    let rename = api.request(Method::POST, &format!("/api/containers/{name}/rename"));
    let rename = rename
        .header("content-type", "application/json")
        .body(large);
    assert_eq!(rename.send().await.unwrap().status(), 413);
    api.remove(&name).await;
}
