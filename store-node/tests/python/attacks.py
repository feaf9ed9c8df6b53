"""The client workflow and its attacks, played by python-tuf's test repository."""

import json
import unittest
from datetime import datetime, timedelta, timezone

from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import DelegatedRole, TargetFile, Targets
from world import TOP_LEVEL, Case


def past(days):
    return datetime.now(timezone.utc).replace(microsecond=0) - timedelta(days=days)


class Workflow(Case):
    def setUp(self):
        super().setUp()
        self.accepted(self.init())

    def test_a_first_refresh_asks_for_four_files(self):
        self.accepted(self.refresh())
        asked = [("root", 2), ("timestamp", None), ("snapshot", 1), ("targets", 1)]
        self.assertEqual(self.sim.fetch_tracker.metadata, asked)
        self.assertEqual(self.trusted(), dict.fromkeys(TOP_LEVEL, 1))
        self.accepted(self.refresh())
        self.assertEqual(self.sim.fetch_tracker.metadata, asked[:2])

    def test_files_are_kept_byte_by_byte(self):
        self.accepted(self.refresh())
        self.assertEqual((self.metadata / "root.json").read_bytes(), self.sim.signed_roots[0])
        # ed25519 signatures do not vary, so the same file comes again.
        timestamp = self.sim.fetch_metadata("timestamp")
        self.assertEqual((self.metadata / "timestamp.json").read_bytes(), timestamp)

    def test_a_download_refreshes_first(self):
        self.refused(self.download("absent"), "no trusted role lists absent")
        self.assertEqual(self.trusted(), dict.fromkeys(TOP_LEVEL, 1))

    def test_without_consistent_snapshot(self):
        self.sim.root.consistent_snapshot = False
        self.sim.root.version += 1
        self.sim.publish_root()
        for name in (".", "..", "plain"):
            role = DelegatedRole(name, [], 1, False, ["*"])
            self.sim.add_delegation("targets", role, Targets(expires=self.sim.safe_expiry))
        self.sim.add_target("plain", b"content", "file")
        self.sim.publish("targets")
        self.accepted(self.download("file"))
        self.assertEqual(self.asked(), [(".", None), ("..", None), ("plain", None)])
        self.assertEqual(self.sim.fetch_tracker.targets, [("file", None)])
        self.assertEqual(self.downloaded(), {"file": b"content"})

    def test_unknown_fields_are_signed_content(self):
        root = self.sim.root
        keyid = root.roles["root"].keyids[0]
        root.unrecognized_fields["new"] = "value"
        root.keys[keyid].unrecognized_fields["new"] = {"a": 1, "ü": [None, True]}
        root.roles["root"].unrecognized_fields["new"] = -1
        root.version += 1
        self.sim.publish_root()
        self.accepted(self.refresh())
        self.assertEqual(self.trusted()["root"], 2)

    def test_lengths_and_hashes_of_metadata(self):
        self.sim.compute_metafile_hashes_length = True
        self.sim.publish("targets")
        self.accepted(self.refresh())
        self.sim.publish("targets")
        self.sim.snapshot.meta["targets.json"].hashes = {"sha256": "00" * 32}
        self.sim.snapshot.version += 1
        self.sim.update_timestamp()
        self.refused(self.refresh(), "sha256 is another")
        self.assertEqual(self.trusted()["targets"], 2)
        self.assertEqual(self.trusted()["snapshot"], 4)

    def test_other_spec_versions(self):
        self.sim.timestamp.spec_version = "1.99.7"
        self.accepted(self.refresh())
        raw = json.loads(self.sim.fetch_metadata("timestamp"))
        raw["signed"]["spec_version"] = "2.0.0"
        self.sim.replaced["/metadata/timestamp.json"] = json.dumps(raw).encode()
        self.assertFalse(self.refresh())


class FirstRoot(Case):
    def test_a_root_without_version(self):
        root = json.loads(self.sim.signed_roots[0])
        del root["signed"]["version"]
        self.refused(self.init(json.dumps(root).encode()), "version")
        self.refused(self.refresh(), "trusts no root yet")
        self.assertEqual(self.sim.fetch_tracker.metadata, [])

    def test_a_root_that_is_not_signed(self):
        root = json.loads(self.sim.signed_roots[0])
        root["signatures"][0]["sig"] = "00" * 64
        self.refused(self.init(json.dumps(root).encode()), "0 valid signatures of the 1")
        self.assertFalse(self.refresh())
        self.assertEqual(self.sim.fetch_tracker.metadata, [])


class Signatures(Case):
    def setUp(self):
        super().setUp()
        self.accepted(self.init())

    def rotate(self, role, *signers, threshold=1):
        self.sim.root.roles[role].keyids.clear()
        self.sim.root.roles[role].threshold = threshold
        for signer in signers:
            self.sim.root.add_key(signer.public_key, role)

    def sign_with(self, role, *signers):
        self.sim.signers[role] = {}
        for signer in signers:
            self.sim.add_signer(role, signer)

    def publish_root(self):
        self.sim.root.version += 1
        self.sim.publish_root()

    def test_each_role_needs_its_signature(self):
        trusted = {}
        for role in ("timestamp", "snapshot", "targets"):
            with self.subTest(role):
                kept = dict(self.sim.signers[role])
                self.sign_with(role, CryptoSigner.generate_ed25519())
                self.refused(self.refresh(), f"{role} has 0 valid signatures")
                self.assertEqual(self.trusted(), {"root": 1, **trusted})
                self.sim.signers[role] = kept
                trusted[role] = 1

    def test_thresholds(self):
        keys = [CryptoSigner.generate_ed25519() for _ in range(6)]
        cases = [
            # keys of the role, threshold, those that sign, whether it will do
            ([2], 1, [2], True),
            ([1], 1, [3, 1, 4], True),
            ([2], 1, [1, 3, 4], False),
            ([0, 1, 3, 4, 5], 3, [0, 2, 4], False),
            ([0, 1, 3, 4, 5], 3, [0, 4], False),
            ([0, 1, 2, 3, 4], 3, [0, 2, 4], True),
            ([0, 1, 2, 3, 4], 3, [4, 3, 2, 1], True),
            ([0, 1], 3, [0, 1], False),
        ]
        for role in ("timestamp", "snapshot", "targets"):
            before = dict(self.sim.signers[role])
            ids = list(self.sim.root.roles[role].keyids)
            for listed, threshold, signing, good in cases:
                with self.subTest(role=role, listed=listed, signing=signing):
                    self.rotate(role, *(keys[n] for n in listed), threshold=threshold)
                    self.sign_with(role, *(keys[n] for n in signing))
                    self.publish_root()
                    self.sim.publish("targets")
                    self.assertEqual(self.refresh(), good, self.error)
            self.rotate(role)
            for signer in before.values():
                self.sim.root.add_key(signer.public_key, role)
            self.assertEqual(self.sim.root.roles[role].keyids, ids)
            self.sim.signers[role] = before
            self.publish_root()

    def test_root_rotation(self):
        keys = [CryptoSigner.generate_ed25519() for _ in range(10)]
        good = [
            [([1], 1, [1]), ([2], 1, [2, 1]), ([2], 1, [2])],
            [([1], 1, [3, 1, 4]), ([2], 1, [3, 2, 1, 4]), ([2], 1, [3, 2, 4])],
            [([0, 1, 2, 3, 4], 3, [0, 2, 4]), ([0, 1, 3, 4, 5], 3, [0, 4, 1])],
            [([0, 1, 2, 3, 4], 3, [0, 2, 4]), ([5, 6, 7, 8, 9], 3, [0, 2, 4, 5, 6, 7])],
            [([1, 2, 3], 1, [1]), ([1, 2, 3], 2, [1, 2])],
            [([1, 2, 3], 2, [1, 2]), ([1, 2, 3], 1, [1, 2]), ([1, 2, 3], 1, [1])],
        ]
        bad = [
            [([1], 1, [1]), ([2], 1, [2, 3, 4])],
            [([1], 1, [1]), ([2], 1, [1, 3, 4])],
            [([0, 1, 2, 3, 4], 3, [0, 2, 4]), ([0, 1, 3, 4, 5], 3, [0, 2, 4])],
            [([0, 1, 2, 3, 4], 3, [0, 2, 4]), ([0, 1, 3, 4, 5], 3, [0, 4, 5])],
            [([1, 2, 3], 1, [1]), ([1, 2, 3], 2, [2])],
            [([1, 2, 3], 2, [1, 2]), ([1, 2, 3], 1, [1])],
        ]
        for steps in good + bad:
            with self.subTest(steps=steps):
                self.sim.signed_roots.clear()
                self.sim.root.version = 0
                for listed, threshold, signing in steps:
                    self.rotate("root", *(keys[n] for n in listed), threshold=threshold)
                    self.sign_with("root", *(keys[n] for n in signing))
                    self.publish_root()
                self.accepted(self.init())
                self.assertEqual(self.refresh(), steps in good, self.error)
                last = -1 if steps in good else -2
                root = (self.metadata / "root.json").read_bytes()
                self.assertEqual(root, self.sim.signed_roots[last])

    def test_kinds_of_keys(self):
        for make, good in (
            (CryptoSigner.generate_ed25519, True),
            (CryptoSigner.generate_ecdsa, True),
            # We do not verify RSA: the threshold is not reached.
            (CryptoSigner.generate_rsa, False),
        ):
            with self.subTest(make.__name__):
                signer = make()
                self.rotate("timestamp", signer)
                self.sign_with("timestamp", signer)
                self.publish_root()
                self.assertEqual(self.refresh(), good, self.error)
                if good:
                    raw = json.loads(self.sim.fetch_metadata("timestamp"))
                    signature = raw["signatures"][0]["sig"]
                    raw["signatures"][0]["sig"] = signature[:-2] + f"{int(signature[-2:], 16) ^ 1:02x}"
                    self.sim.replaced["/metadata/timestamp.json"] = json.dumps(raw).encode()
                    self.refused(self.refresh(), "0 valid signatures")
                    self.sim.replaced.clear()

    def test_a_key_counts_once(self):
        signer = CryptoSigner.generate_ed25519()
        self.rotate("snapshot", signer, threshold=2)
        for name in ("other name", "third name"):
            public = type(signer.public_key).from_dict(name, signer.public_key.to_dict())
            self.sim.root.add_key(public, "snapshot")
        self.publish_root()
        self.sign_with("snapshot", signer)
        raw = json.loads(self.sim.fetch_metadata("snapshot"))
        for name in ("other name", "third name"):
            raw["signatures"].append({**raw["signatures"][0], "keyid": name})
        self.sim.replaced["/metadata/1.snapshot.json"] = json.dumps(raw).encode()
        self.refused(self.refresh(), "1 valid signatures of the 2")

    def test_two_signatures_of_one_key(self):
        raw = json.loads(self.sim.fetch_metadata("snapshot"))
        raw["signatures"].append(raw["signatures"][0])
        self.sim.replaced["/metadata/1.snapshot.json"] = json.dumps(raw).encode()
        self.refused(self.refresh(), "signed it twice")
        self.assertEqual(self.trusted(), {"root": 1, "timestamp": 1})

    def test_invalid_signatures_beside_a_valid_one(self):
        for signature in ("00" * 64, "", "no digits"):
            with self.subTest(signature):
                signer = CryptoSigner.generate_ed25519()
                self.sim.root.add_key(signer.public_key, "timestamp")
                self.publish_root()
                self.sim.timestamp.version += 1
                raw = json.loads(self.sim.fetch_metadata("timestamp"))
                extra = {"keyid": signer.public_key.keyid, "sig": signature}
                raw["signatures"].insert(0, extra)
                self.sim.replaced["/metadata/timestamp.json"] = json.dumps(raw).encode()
                self.accepted(self.refresh())


class Rollback(Case):
    def setUp(self):
        super().setUp()
        self.accepted(self.init())

    def test_timestamp(self):
        self.sim.update_timestamp()
        self.accepted(self.refresh())
        self.sim.timestamp.version = 1
        self.refused(self.refresh(), "timestamp would go back from version 2 to 1")
        self.assertEqual(self.trusted()["timestamp"], 2)

    def test_another_timestamp_of_the_same_version_is_not_taken(self):
        self.accepted(self.refresh())
        before = (self.metadata / "timestamp.json").read_bytes()
        self.sim.timestamp.snapshot_meta.version = 100
        self.accepted(self.refresh())
        self.assertEqual((self.metadata / "timestamp.json").read_bytes(), before)
        self.assertEqual(self.sim.fetch_tracker.metadata[-1], ("timestamp", None))

    def test_snapshot(self):
        for hashes in (False, True):
            with self.subTest(hashes=hashes):
                self.sim.compute_metafile_hashes_length = hashes
                self.sim.publish("targets")
                self.accepted(self.refresh())
                trusted = self.trusted()
                self.sim.snapshot.version -= 1
                self.sim.update_timestamp()
                self.refused(self.refresh(), "snapshot would go back")
                self.assertEqual(self.trusted(), trusted)
                self.sim.snapshot.version += 1

    def test_targets(self):
        for hashes in (False, True):
            with self.subTest(hashes=hashes):
                self.sim.compute_metafile_hashes_length = hashes
                self.sim.publish("targets")
                self.accepted(self.refresh())
                trusted = self.trusted()
                self.sim.targets.version -= 1
                self.sim.update_snapshot()
                self.refused(self.refresh(), "targets would go back")
                self.assertEqual(self.trusted()["snapshot"], trusted["snapshot"])
                self.assertEqual(self.trusted()["targets"], trusted["targets"])
                self.sim.targets.version += 1
                self.sim.update_snapshot()

    def test_a_role_may_not_leave_the_snapshot(self):
        role = DelegatedRole("delegated", [], 1, False, ["x/*"])
        self.sim.add_delegation("targets", role, Targets(expires=self.sim.safe_expiry))
        self.sim.publish("targets")
        self.accepted(self.refresh())
        del self.sim.snapshot.meta["delegated.json"]
        self.sim.snapshot.version += 1
        self.sim.update_timestamp()
        self.refused(self.refresh(), "does not list delegated")
        self.assertEqual(self.trusted()["snapshot"], 2)

    def test_a_snapshot_that_the_timestamp_does_not_mean(self):
        self.sim.snapshot.version += 1
        self.refused(self.refresh(), "version 1 belongs")
        self.assertEqual(self.trusted(), {"root": 1, "timestamp": 1})

    def recover(self, *roles):
        for role in roles:
            self.sim.rotate_keys(role)
        self.sim.root.version += 1
        self.sim.publish_root()

    def test_recovery_of_a_timestamp_driven_up(self):
        self.sim.timestamp.version = 100_000
        self.accepted(self.refresh())
        self.recover("timestamp")
        self.sim.timestamp.version = 1
        self.accepted(self.refresh())
        self.assertEqual(self.trusted()["timestamp"], 1)

    def test_recovery_of_a_snapshot_driven_up(self):
        self.sim.snapshot.version = 100_000
        self.sim.update_timestamp()
        self.accepted(self.refresh())
        self.recover("timestamp", "snapshot")
        self.sim.snapshot.version = 1
        self.sim.update_timestamp()
        self.accepted(self.refresh())
        self.assertEqual(self.trusted()["snapshot"], 1)

    def test_recovery_of_targets_driven_up(self):
        role = DelegatedRole("unwanted", [], 1, False, ["x/*"])
        self.sim.add_delegation("targets", role, Targets(expires=self.sim.safe_expiry))
        self.sim.targets.version = 100_000
        self.sim.update_snapshot()
        self.accepted(self.refresh())
        self.recover("snapshot")
        self.sim.targets.version = 1
        del self.sim.snapshot.meta["unwanted.json"]
        del self.sim.md_delegates["unwanted"]
        self.sim.update_snapshot()
        self.accepted(self.refresh())
        self.assertEqual(self.trusted()["targets"], 1)


class Expiry(Case):
    def setUp(self):
        super().setUp()
        self.accepted(self.init())

    def test_expired_roles_are_not_taken(self):
        self.accepted(self.refresh())
        for role, signed in (
            ("timestamp", self.sim.timestamp),
            ("snapshot", self.sim.snapshot),
            ("targets", self.sim.targets),
        ):
            with self.subTest(role):
                trusted = self.trusted()
                kept, signed.expires = signed.expires, past(5)
                self.sim.publish("targets")
                self.refused(self.refresh(), f"{role} expired on")
                self.assertIn("5 days ago", self.error)
                self.assertEqual(self.trusted()[role], trusted[role])
                signed.expires = kept

    def test_an_expired_root_is_kept_and_ends_the_update(self):
        self.accepted(self.refresh())
        self.sim.root.expires = past(1)
        self.sim.root.version += 1
        self.sim.publish_root()
        self.sim.publish("targets")
        self.refused(self.refresh(), "root expired on")
        self.assertEqual(self.trusted(), {**dict.fromkeys(TOP_LEVEL, 1), "root": 2})
        self.sim.root.expires = self.sim.safe_expiry
        self.sim.root.version += 1
        self.sim.publish_root()
        self.accepted(self.refresh())
        self.assertEqual(self.trusted()["root"], 3)

    def test_expired_stored_files_are_a_base_for_new_ones(self):
        self.sim.timestamp.expires = past(-7)
        self.accepted(self.refresh())
        self.sim.timestamp.expires = past(-21)
        self.sim.publish("targets")
        self.accepted(self.refresh(days=18))
        self.assertEqual(self.trusted(), {"root": 1, "timestamp": 2, "snapshot": 2, "targets": 2})

    def test_a_frozen_repository_is_noticed(self):
        self.sim.timestamp.expires = past(-7)
        self.accepted(self.refresh())
        self.refused(self.refresh(days=8), "timestamp expired on")

    def test_a_delegated_role_expires_too(self):
        role = DelegatedRole("delegated", [], 1, False, ["x/*"])
        self.sim.add_delegation("targets", role, Targets(expires=past(-7)))
        self.sim.add_target("delegated", b"one", "x/one")
        self.sim.add_target("delegated", b"two", "x/two")
        self.sim.publish("targets")
        self.accepted(self.download("x/one"))
        self.refused(self.download("x/two", days=18), "delegated expired on")
        self.sim.delegator("delegated").expires = past(-21)
        self.sim.publish("delegated")
        self.accepted(self.download("x/two", days=18))
        self.assertEqual(self.downloaded(), {"x%2Fone": b"one", "x%2Ftwo": b"two"})

    def test_a_clock_that_steps_back_only_warns(self):
        self.accepted(self.refresh(days=3))
        self.assertEqual(self.error, "")
        self.accepted(self.refresh())
        self.assertIn("warning: the clock says", self.error)
        # And it does not make young again what was seen to be expired.
        self.sim.timestamp.expires = past(-5)
        self.sim.publish("targets")
        self.refused(self.refresh(days=6), "timestamp expired on")
        self.refused(self.refresh(days=4), "timestamp expired on")
        self.accepted(self.init())
        self.accepted(self.refresh(days=4))

    def test_what_is_stored_is_shown_when_it_is_stale(self):
        self.sim.timestamp.expires = past(-7)
        self.accepted(self.refresh())
        self.accepted(self.run_tool("status"))
        self.assertIn("targets version 1", self.output)
        self.assertTrue(self.output.endswith("fresh\n"), self.output)
        self.accepted(self.run_tool("status", days=9))
        self.assertIn("stale, nothing may be installed: timestamp expired on", self.output)
        self.assertIn("2 days ago", self.output)


class Endless(Case):
    def test_files_are_read_up_to_their_limit(self):
        self.accepted(self.init())
        for path, limit in (
            ("/metadata/2.root.json", 512_000),
            ("/metadata/timestamp.json", 16_384),
            ("/metadata/1.snapshot.json", 2_000_000),
            ("/metadata/1.targets.json", 5_000_000),
        ):
            with self.subTest(path):
                self.sim.replaced = {path: b" " * (limit + 1)}
                self.refused(self.refresh(), f"larger than the {limit} bytes")


class Delegations(Case):
    def setUp(self):
        super().setUp()
        self.accepted(self.init())

    def delegate(self, parent, name, paths=("*",), terminating=False, prefixes=None):
        paths = None if prefixes else list(paths)
        role = DelegatedRole(name, [], 1, terminating, paths, prefixes)
        known = self.sim.md_delegates.get(name)
        targets = known.signed if known else Targets(expires=self.sim.safe_expiry)
        self.sim.add_delegation(parent, role, targets)

    def test_the_order_of_the_walk(self):
        graphs = [
            ([("targets", "A")], "A"),
            ([("targets", "A"), ("targets", "B")], "AB"),
            ([("targets", "A"), ("targets", "B"), ("B", "C")], "ABC"),
            ([("targets", "A"), ("targets", "B"), ("A", "C"), ("A", "D")], "ACDB"),
            ([("targets", "A"), ("targets", "B"), ("A", "C"), ("C", "D")], "ACDB"),
            ([("targets", "A"), ("targets", "B"), ("A", "C", True), ("A", "D")], "AC"),
            ([("targets", "A"), ("targets", "B"), ("A", "C", True), ("C", "D")], "ACD"),
            ([("targets", "A", False, "*.py"), ("targets", "B"), ("A", "C")], "B"),
            ([("targets", "A"), ("targets", "B"), ("A", "C", False, "*.py"), ("C", "D")], "AB"),
            ([("targets", "A"), ("targets", "B"), ("B", "C"), ("C", "D"), ("D", "B")], "ABCD"),
            ([("targets", "A"), ("targets", "B"), ("B", "C"), ("A", "C")], "ACB"),
            ([("targets", "A"), ("targets", "B"), ("B", "C"), ("A", "C", False, "*.py")], "ABC"),
        ]
        for edges, order in graphs:
            with self.subTest(edges=edges):
                self.doCleanups()
                self.setUp()
                for parent, name, *more in edges:
                    terminating, pattern = [*more, *(False, "*")[len(more):]]
                    self.delegate(parent, name, [pattern], terminating)
                self.sim.publish("targets")
                self.refused(self.download("missing"), "no trusted role lists")
                self.assertEqual(self.asked(), [(name, 1) for name in order])

    def test_paths_and_directories(self):
        self.delegate("targets", "A", ["*.doc", "*.md"])
        self.delegate("targets", "B", ["releases/*/*"])
        self.delegate("B", "C", ["releases/x/*"])
        self.delegate("B", "D", ["releases/y/*.zip"])
        for role, path in (
            ("targets", "top"),
            ("A", "README.md"),
            ("C", "releases/x/x_v1"),
            ("D", "releases/y/y_v1.zip"),
            ("D", "releases/z/z_v1.zip"),
        ):
            self.sim.add_target(role, path.encode(), path)
        self.sim.publish("targets")
        self.accepted(self.download("top", "README.md", "releases/x/x_v1", "releases/y/y_v1.zip"))
        self.assertEqual(len(self.downloaded()), 4)
        self.refused(self.download("releases/z/z_v1.zip"), "no trusted role lists")

    def test_prefixes_of_the_hash_of_a_path(self):
        # The SHA-256 of "first" begins with a7937b64, that of "second" with 16367aac.
        self.delegate("targets", "one", prefixes=["a79"])
        self.delegate("targets", "two", prefixes=["00", "163"])
        self.sim.add_target("one", b"1", "first")
        self.sim.add_target("two", b"2", "second")
        self.sim.publish("targets")
        self.accepted(self.download("first", "second"))
        self.assertEqual(self.asked(), [("one", 1), ("two", 1)])

    def test_succinct_roles(self):
        self.sim.add_succinct_roles("targets", 8, "bin")
        delegations = self.sim.targets.delegations
        for path in ("a", "b/c", "ü"):
            name = delegations.succinct_roles.get_role_for_target(path)
            self.sim.add_target(name, path.encode(), path)
        self.sim.publish("targets")
        self.accepted(self.download("a", "b/c", "ü"))
        self.assertEqual(len(self.asked()), 3)

    def test_unusual_names(self):
        for name in ("?", "#", "/role", "../role", "a b", "%2e%2e", "ü", "x" * 200):
            with self.subTest(name):
                self.doCleanups()
                self.setUp()
                self.delegate("targets", name)
                self.sim.add_target(name, b"content", "file")
                self.sim.publish("targets")
                self.accepted(self.download("file"))
                self.assertEqual(len(self.trusted()), 5)

    def test_a_role_may_not_take_the_place_of_a_top_level_one(self):
        raw = json.loads(self.sim.fetch_metadata("targets"))["signed"]
        for name in sorted(TOP_LEVEL):
            with self.subTest(name):
                role = {"name": name, "keyids": [], "threshold": 1, "paths": ["*"], "terminating": False}
                raw["delegations"] = {"keys": {}, "roles": [role]}
                self.serve_signed("targets", "/metadata/1.targets.json", raw)
                self.refused(self.refresh(), "may not be called")

    def serve_signed(self, role, path, signed):
        from securesystemslib.formats import encode_canonical

        signer = next(iter(self.sim.signers[role].values()))
        signature = signer.sign(encode_canonical(signed).encode())
        file = {"signed": signed, "signatures": [signature.to_dict()]}
        self.sim.replaced[path] = json.dumps(file).encode()

    def test_one_bad_role_hurts_nobody_else(self):
        for name in ("good", "bad"):
            self.delegate("targets", name, [f"{name}/*"], True)
            self.sim.add_target(name, name.encode(), f"{name}/file")
        # It names what is not its own, too.
        self.sim.add_target("bad", b"stolen", "good/other")
        self.sim.publish("targets")
        self.sim.signers["bad"] = {}
        self.sim.add_signer("bad", CryptoSigner.generate_ed25519())
        self.refused(self.download("bad/file", "good/file"), "bad has 0 valid signatures")
        self.assertIn("1 of 2 targets failed", self.error)
        self.assertEqual(self.downloaded(), {"good%2Ffile": b"good"})
        self.refused(self.download("good/other"), "no trusted role lists")


class Download(Case):
    def setUp(self):
        super().setUp()
        self.accepted(self.init())

    def test_names_with_directories_and_odd_letters(self):
        names = ["path/to/a/file.txt", "a b", "50%", "what?", "a#b", "x+y@z:1,2", "ünïcode/✓"]
        for name in names:
            self.sim.add_target("targets", name.encode(), name)
        self.sim.publish("targets")
        self.accepted(self.download(*names))
        self.assertEqual(sorted(self.downloaded().values()), sorted(n.encode() for n in names))
        self.assertEqual([path for path, _ in self.sim.fetch_tracker.targets], names)

    def test_hashes(self):
        for hashes in (["sha256"], ["sha512"], ["sha256", "sha512"]):
            with self.subTest(hashes):
                self.sim.add_target("targets", b"content", "file")
                target = TargetFile.from_data("file", b"content", hashes)
                self.sim.targets.targets["file"] = target
                self.sim.target_files["file"].target_file = target
                self.sim.publish("targets")
                self.accepted(self.download("file"))
                for path in self.targets.iterdir():
                    path.unlink()
        target.hashes.clear()
        target.hashes["unknown"] = "00" * 32
        self.sim.publish("targets")
        self.refused(self.download("file"), "neither a sha256 nor a sha512")
        self.assertEqual(self.downloaded(), {})

    def test_other_bytes_are_not_kept(self):
        self.sim.add_target("targets", b"content", "one")
        self.sim.add_target("targets", b"content", "two")
        self.sim.publish("targets")
        self.accepted(self.download("one"))
        for data in (b"CONTENT", b"content and more", b"cont", b""):
            with self.subTest(data):
                self.sim.target_files["one"].data = data
                self.sim.target_files["two"].data = data
                self.accepted(self.download("one"))
                self.assertEqual(self.sim.fetch_tracker.targets, [])
                self.assertFalse(self.download("two"))
                self.assertEqual(self.downloaded(), {"one": b"content"})

    def test_a_target_that_changes_takes_the_place_of_the_old_one(self):
        for number in range(3):
            content = f"content {number}".encode()
            self.sim.add_target("targets", content, "file")
            self.sim.publish("targets")
            self.accepted(self.download("file"))
            self.assertEqual(self.downloaded(), {"file": content})

    def test_a_target_that_is_gone(self):
        self.sim.add_target("targets", b"content", "file")
        self.sim.publish("targets")
        del self.sim.target_files["file"]
        self.refused(self.download("file"), "the store does not have")

    def test_names_that_lead_elsewhere(self):
        for name in ("../escape", "/absolute", "a//b", "a/./b", ""):
            with self.subTest(name):
                self.sim.add_target("targets", b"content", name)
                self.sim.publish("targets")
                self.refused(self.download(name), "is no path of a target")
        self.assertEqual(self.downloaded(), {})

    def test_a_command_line_that_lacks_something(self):
        self.assertFalse(self.run_tool("refresh"))
        self.assertFalse(self.run_tool("--metadata-url", self.base, "download"))
        self.assertFalse(self.run_tool("--no-such-flag", "refresh"))
        self.assertFalse(self.run_tool("--metadata-url", "file:///etc", "refresh"))


if __name__ == "__main__":
    unittest.main()
