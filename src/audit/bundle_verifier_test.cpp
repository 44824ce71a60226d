#include "audit/bundle_verifier.h"

#include <csignal>
#include <fstream>

#include <boost/json/object.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include "audit/bundle_writer.h"
#include "audit/internal/files.h"
#include "audit/internal/test_keys.h"
#include "audit/internal/test_tree.h"
#include "base/canonical_json.h"

namespace accubooks::audit {
namespace {

namespace fs = std::filesystem;

const std::string kOrigin = "accubooks.test/launch-audit";
const std::string kLead = "018f0000-0000-7000-8000-000000000001";
const std::string kExecutive = "018f0000-0000-7000-8000-000000000002";

base::Instant at(std::int64_t minute) {
    return base::Instant::from_unix_micros(1'767'225'600'000'000 + minute * 60'000'000);
}

/// A log in memory.
class TestLog {
public:
    LoggedAct append(
        std::string_view action,
        std::string_view what,
        std::optional<base::Digest> object_digest,
        std::int64_t minute
    ) {
        LoggedAct act{
            .seq = size_,
            .entry = {},
            .payload = *base::canonical_json(boost::json::object{{"envelope", what}})
        };
        act.salt.fill(static_cast<std::uint8_t>(size_));
        const Leaf leaf{
            .seq = size_,
            .time = at(minute),
            .actor = "system",
            .action = std::string{action},
            .object = "CHG-0001/rev/1",
            .object_digest = object_digest,
            .prev_leaf = before_,
            .payload_sha256 = payload_digest(act.salt, act.payload),
        };
        act.entry = to_entry(leaf);
        before_ = leaf_hash(act.entry);
        tree_.append(act.entry);
        ++size_;
        return act;
    }
    SignedCheckpoint checkpoint(std::int64_t size) const {
        return sign({.origin = kOrigin, .tree = tree_.head(size)}, test_key(1));
    }
    InclusionProof proof(std::int64_t seq, std::int64_t size) const {
        return {.index = seq, .path = tree_.inclusion(seq, size), .checkpoint = checkpoint(size)};
    }
    ConsistencyProof growth(std::int64_t from, std::int64_t to) const {
        return {.from = from, .path = tree_.consistency(from, to), .checkpoint = checkpoint(to)};
    }
    std::int64_t size() const { return size_; }

private:
    std::int64_t size_ = 0;
    base::Digest before_{};
    TestTree tree_{{}};
};

struct Story {
    std::string approver = kExecutive;  // who is named
    std::uint8_t key = 2;               // who signs
    std::string decision = "approve";
    std::string revision =
        fmt::format(R"({{"change":"CHG-0001","requester":{{"user_id":"{}"}}}})", kLead);
    std::string about{};         // the revision that is signed; empty: the same
    std::int64_t expires = 600;  // minute
    bool approve_after_start = false;
    bool log_the_decision = true;
    bool leave_the_decision_out = false;  // of the files
    std::int64_t attempt = 1;
};

std::string decision_of(const Story& story) {
    const Statement statement{
        .subjects =
            {{.name = "CHG-0001/rev/1",
              .sha256 = base::sha256(story.about.empty() ? story.revision : story.about)}},
        .predicate_type = std::string{kDecisionType},
        .predicate =
            {{"decision", story.decision},
             {"role", "executive_operator"},
             {"approver", boost::json::object{{"id", story.approver}}},
             {"notBefore", base::to_rfc3339(at(0))},
             {"expiresAt", base::to_rfc3339(at(story.expires))}},
    };
    Envelope envelope{
        .payload_type = std::string{kStatementType},
        .payload = *to_json(statement),
        .signatures = {}
    };
    envelope.sign(test_key(story.key));
    return to_json(envelope);
}

Policy policy() {
    const auto person =
        [](const std::string& user, std::string name, std::uint8_t key, std::string role) {
            return Approver{
                .user = user,
                .name = std::move(name),
                .key = test_key(key).public_key(),
                .roles = {std::move(role)},
                .enrolled_at = at(0),
            };
        };
    return {
        .logs = {{.name = kOrigin, .key = test_key(1).public_key()}},
        .witnesses =
            {{.name = "witness.test/w1",
              .type = KeyType::cosignature,
              .key = test_key(9).public_key()}},
        .approvers =
            {person(kExecutive, "Eve Executive", 2, "executive_operator"),
             person(kLead, "Lee Lead", 3, "requester_lead")},
        .quorum = {{"executive_operator", 1}},
    };
}

class Bundle : public ::testing::Test {
protected:
    Bundle() { fs::create_directories(root); }
    ~Bundle() override { fs::remove_all(root); }

    /// One attempt's evidence from beginning to end.
    fs::path write(const Story& story) {
        const fs::path folder = root / "phase1" / fmt::format("CHG-0001-1-{}", story.attempt);
        auto writer = *BundleWriter::open(
            folder,
            {.change = "CHG-0001",
             .revision = 1,
             .revision_digest = base::sha256(story.revision),
             .attempt = story.attempt}
        );
        const auto add = [&writer](std::string path, std::string_view bytes) {
            EXPECT_TRUE(writer.add({.path = std::move(path), .captured_at = at(1)}, bytes));
        };
        add("change/revision.json", story.revision);
        const std::string decision = decision_of(story);
        if (!story.leave_the_decision_out) {
            add("approvals/1.dsse.json", decision);
        }
        add("captures/05.json", R"({"p95_us":12345})");
        writer.add_missing({.what = "captures/10.json", .reason = "the source was down"});

        std::vector<LoggedAct> acts;
        acts.push_back(log.append("launch.revision_made", "made", base::sha256(story.revision), 1));
        log.append("ledger.heads_anchored", "not ours", {}, 1);
        const auto decide = [&] {
            if (story.log_the_decision) {
                acts.push_back(
                    log.append("launch.decision", decision, base::sha256(story.revision), 2)
                );
            }
        };
        if (!story.approve_after_start) {
            decide();
        }
        const std::int64_t early = log.size();
        acts.push_back(log.append("launch.execution_event", "started", {}, 3));
        if (story.approve_after_start) {
            decide();
        }
        acts.push_back(log.append("launch.execution_event", "ended", {}, 4));
        const std::int64_t late = log.size();
        std::vector<InclusionProof> proofs;
        for (const LoggedAct& act : acts) {
            proofs.push_back(log.proof(act.seq, act.seq < early ? early : late));
        }
        const auto finished = writer.finish(
            "succeeded",
            "1.0.0",
            {.acts = std::move(acts),
             .proofs = std::move(proofs),
             .growth = {log.growth(early, late)}},
            at(6)
        );
        EXPECT_TRUE(finished.has_value()) << finished.error().detail;
        const LoggedAct seal =
            log.append("launch.evidence_sealed", "sealed", finished->manifest, 7);
        seal_bundle(folder, seal, log.proof(seal.seq, log.size()), log.growth(late, log.size()));
        return folder;
    }
    /// Ends a bundle of which only the files matter.
    void finish(BundleWriter& writer) {
        const LoggedAct act = log.append("launch.execution_event", "started", {}, 1);
        ASSERT_TRUE(writer.finish(
            "aborted",
            "1.0.0",
            {.acts = {act}, .proofs = {log.proof(act.seq, log.size())}, .growth = {}},
            at(1)
        ));
    }
    std::string verdict(const fs::path& folder, const Policy& by = policy()) {
        const auto proven = verify_evidence(folder, by);
        return proven ? "good" : proven.error().detail;
    }
    void expect_wrong(const Story& story, std::string_view what) {
        const std::string said = verdict(write(story));
        EXPECT_NE(said.find(what), std::string::npos) << said;
    }

    fs::path root = fs::temp_directory_path() / fmt::format("bundle_test.{}", ::getpid());
    TestLog log;
};

TEST_F(Bundle, IsProvenFromItsFilesAlone) {
    const fs::path folder = write({});
    const auto proven = verify_evidence(folder, policy());
    ASSERT_TRUE(proven.has_value()) << proven.error().detail;
    ASSERT_EQ(proven->size(), 1U);
    const ProvenAttempt& attempt = proven->front();
    EXPECT_EQ(attempt.leaves.size(), 4U);
    EXPECT_EQ(attempt.executed_at, at(3));
    ASSERT_EQ(attempt.decisions.size(), 1U);
    EXPECT_EQ(attempt.decisions[0].name, "Eve Executive");
    EXPECT_TRUE(attempt.witnesses.empty());
    EXPECT_EQ(attempt.files.at("captures/05.json"), R"({"p95_us":12345})");
}

TEST_F(Bundle, ListsAllItsAttempts) {
    write({});
    write({.attempt = 2});
    const fs::path phase = root / "phase1";
    EXPECT_EQ(verify_evidence(phase, policy())->size(), 2U);
    fs::remove_all(phase / "CHG-0001-1-1");
    EXPECT_NE(verdict(phase), "good");
    const auto list = AttemptList::parse(*read_file(phase / "manifest.json", 1 << 20));
    replace_file(phase / "manifest.json", to_json(AttemptList{{list->attempts[1]}}), 0644);
    EXPECT_NE(verdict(phase).find("attempt 1 of CHG-0001/1 is missing"), std::string::npos)
        << verdict(phase);
}

TEST_F(Bundle, AnAttemptOutsideTheListIsNoticed) {
    write({});
    fs::create_directories(root / "phase1" / "CHG-0001-1-7");
    EXPECT_NE(verdict(root / "phase1").find("isn't in the list"), std::string::npos);
}

// A bit of each seventh byte of every file (each hash, signature, number and name has some), and
// what is longer, shorter or gone. Other strides find nothing else.
TEST_F(Bundle, NoByteOfItCanBeChangedUnseen) {
    const fs::path folder = write({});
    std::size_t files = 0;
    std::size_t flips = 0;
    for (const auto& found : fs::recursive_directory_iterator{folder}) {
        if (!found.is_regular_file()) {
            continue;
        }
        ++files;
        const std::string good = *read_file(found.path(), 1 << 20);
        for (std::size_t place = files % 7; place < good.size(); place += 7) {
            std::string changed = good;
            changed[place] = static_cast<char>(changed[place] ^ (place % 2 == 0 ? '\x01' : '\x20'));
            std::ofstream{found.path(), std::ios::binary} << changed;
            EXPECT_NE(verdict(folder), "good") << found.path() << ' ' << place;
            ++flips;
        }
        std::ofstream{found.path(), std::ios::binary} << good << '\n';
        EXPECT_NE(verdict(folder), "good") << "lengthened " << found.path();
        std::ofstream{found.path(), std::ios::binary} << good.substr(0, good.size() - 1);
        EXPECT_NE(verdict(folder), "good") << "shortened " << found.path();
        fs::remove(found.path());
        EXPECT_NE(verdict(folder), "good") << "without " << found.path();
        std::ofstream{found.path(), std::ios::binary} << good;
    }
    EXPECT_EQ(verdict(folder), "good");
    EXPECT_EQ(files, 15U);
    EXPECT_GT(flips, 1000U);
}

TEST_F(Bundle, NothingCanBeAddedUnseen) {
    const fs::path folder = write({});
    std::ofstream{folder / "captures" / "15.json"} << "{}";
    EXPECT_NE(verdict(folder).find("isn't in the manifest"), std::string::npos);
    fs::remove(folder / "captures" / "15.json");
    fs::create_symlink("05.json", folder / "captures" / "15.json");
    EXPECT_NE(verdict(folder).find("isn't in the manifest"), std::string::npos);
}

/// A measurement and the manifest changed together, as whoever has the folder can.
TEST_F(Bundle, AChangedMeasurementIsNoticedWithItsManifest) {
    const fs::path folder = write({});
    const std::string forged = R"({"p95_us":99999})";
    std::ofstream{folder / "captures/05.json"} << forged;
    auto manifest = *Manifest::parse(*read_file(folder / "manifest.json", 1 << 20));
    for (FileEntry& entry : manifest.files) {
        if (entry.about.path == "captures/05.json") {
            entry.sha256 = base::sha256(forged);
        }
    }
    replace_file(folder / "manifest.json", to_json(manifest), 0644);
    EXPECT_NE(verdict(folder).find("isn't the manifest that was sealed"), std::string::npos)
        << verdict(folder);
}

TEST_F(Bundle, IsWorthNothingWithoutItsApproval) {
    expect_wrong({.approver = kLead, .key = 3}, "isn't executive_operator");
    expect_wrong({.key = 7, .attempt = 2}, "isn't signed by exactly one key");
    expect_wrong({.key = 3, .attempt = 3}, "names another person");
    expect_wrong({.about = "another revision", .attempt = 4}, "isn't about this revision");
    expect_wrong({.expires = 3, .attempt = 5}, "wasn't valid when the execution began");
    expect_wrong({.approve_after_start = true, .attempt = 6}, "0 of 1 approvals");
    expect_wrong({.log_the_decision = false, .attempt = 7}, "the log has no such decision");
    expect_wrong({.leave_the_decision_out = true, .attempt = 8}, "1 decisions, the bundle 0");
    expect_wrong({.decision = "revoke", .attempt = 9}, "revoke was decided before");
    expect_wrong(
        {.revision = fmt::format(R"({{"requester":{{"user_id":"{}"}}}})", kExecutive), .attempt = 10
        },
        "who requested the change has approved it"
    );
}

TEST_F(Bundle, IsJudgedByThePolicyOfItsReader) {
    const fs::path folder = write({});
    Policy other_log = policy();
    other_log.logs[0].key = test_key(8).public_key();
    EXPECT_NE(verdict(folder, other_log).find("isn't signed by"), std::string::npos);
    Policy no_log = policy();
    no_log.logs.clear();
    EXPECT_NE(verdict(folder, no_log).find("trusts no log"), std::string::npos);
    Policy two = policy();
    two.quorum["executive_operator"] = 2;
    EXPECT_NE(verdict(folder, two).find("1 of 2 approvals"), std::string::npos);
    Policy none = policy();
    none.quorum.clear();
    EXPECT_NE(verdict(folder, none).find("demands no approval"), std::string::npos);
    Policy late_key = policy();
    late_key.approvers[0].enrolled_at = at(3);
    EXPECT_NE(verdict(folder, late_key).find("key wasn't good"), std::string::npos);
    Policy revoked = policy();
    revoked.approvers[0].revoked_at = at(2);
    EXPECT_NE(verdict(folder, revoked).find("key wasn't good"), std::string::npos);
    Policy revoked_later = policy();
    revoked_later.approvers[0].revoked_at = at(3);
    EXPECT_EQ(verdict(folder, revoked_later), "good");
}

TEST_F(Bundle, TellsWhoWitnessedIt) {
    const fs::path folder = write({});
    Policy demanding = policy();
    demanding.witnesses_required = 1;
    EXPECT_NE(verdict(folder, demanding).find("UNWITNESSED"), std::string::npos);
    const std::int64_t sealed = log.size();
    log.append("ledger.heads_anchored", "later", {}, 60);
    ConsistencyProof later = log.growth(sealed, log.size());
    later.checkpoint.note.signatures.push_back(
        cosign(later.checkpoint.checkpoint, "witness.test/w1", test_key(9), at(61))
    );
    add_witnessed(folder, later);
    const auto proven = verify_evidence(folder, demanding);
    ASSERT_TRUE(proven.has_value()) << proven.error().detail;
    EXPECT_EQ(proven->front().witnesses, std::vector<std::string>{"witness.test/w1"});
    later.checkpoint.note.signatures.back().bytes[9] ^= 1;
    add_witnessed(folder, later);
    EXPECT_NE(verdict(folder).find("seal/witnessed.txt"), std::string::npos);
}

TEST_F(Bundle, WithoutItsEndIsNoEvidence) {
    const fs::path folder = root / "phase1" / "CHG-0001-1-1";
    const AttemptHead head{.change = "CHG-0001", .revision = 1, .attempt = 1};
    auto writer = *BundleWriter::open(folder, head);
    ASSERT_TRUE(writer.add({.path = "a.json"}, "{}"));
    EXPECT_NE(verdict(folder).find("manifest.json"), std::string::npos);
    EXPECT_NE(verdict(root / "phase1").find("isn't finished"), std::string::npos);
    EXPECT_NE(verdict(root / "nowhere"), "good");
}

TEST_F(Bundle, GoesOnAfterItsWriterWasKilled) {
    const fs::path folder = root / "phase1" / "CHG-0001-1-1";
    const AttemptHead head{.change = "CHG-0001", .revision = 1, .attempt = 1};
    {
        auto writer = *BundleWriter::open(folder, head);
        ASSERT_TRUE(writer.add({.path = "captures/05.json", .samples = 7}, "{}"));
    }
    std::ofstream{folder / "captures/10.json"} << "{\"whole\":true}";  // before its journal line
    std::ofstream{folder / "captures/15.json.new"} << "{\"ha";         // before its name
    std::ofstream{folder / "manifest.partial.jsonl", std::ios::app} << "{\"path\":\"cut";
    auto writer = BundleWriter::open(folder, head);
    ASSERT_TRUE(writer.has_value()) << writer.error().detail;
    EXPECT_EQ(writer->read("captures/10.json"), "{\"whole\":true}");
    EXPECT_FALSE(fs::exists(folder / "captures/15.json.new"));
    EXPECT_EQ(writer->add({.path = "captures/05.json"}, "{}").error().code, "audit.file_exists");
    EXPECT_EQ(writer->add({.path = "../out.json"}, "{}").error().code, "audit.bad_manifest");
    EXPECT_EQ(writer->add({.path = "seal/leaf.json"}, "{}").error().code, "audit.bad_manifest");
    ASSERT_TRUE(writer->add({.path = "captures/15.json"}, "{}"));
    finish(*writer);
    const auto manifest = Manifest::parse(*read_file(folder / "manifest.json", 1 << 20));
    ASSERT_TRUE(manifest.has_value()) << manifest.error().detail;
    EXPECT_EQ(manifest->files.size(), 6U);  // and leaves, proof, checkpoint
    EXPECT_EQ(manifest->find("captures/05.json")->about.samples, 7);
    EXPECT_EQ(BundleWriter::open(folder, head).error().code, "audit.bundle_finished");
}

TEST_F(Bundle, GrowsByWholeLinesWhoeverWritesThem) {
    const fs::path folder = root / "phase1" / "CHG-0001-1-1";
    const AttemptHead head{.change = "CHG-0001", .revision = 1, .attempt = 1};
    const std::vector<std::string> all{"{\"n\":1}", "{\"n\":2}", "{\"n\":3}", "{\"n\":4}"};
    const std::span<const std::string> lines{all};
    auto slow = *BundleWriter::open(folder, head);
    ASSERT_TRUE(slow.append("measurements.jsonl", 1, lines.first(2)));
    // It was cut off in the middle of a line; another one takes over, with all that is known.
    std::ofstream{folder / "measurements.jsonl", std::ios::app} << "{\"n\":";
    auto next = *BundleWriter::open(folder, head);
    EXPECT_EQ(next.lines("measurements.jsonl"), 2);
    ASSERT_TRUE(next.append("measurements.jsonl", 1, lines.first(3)));
    EXPECT_EQ(next.lines("measurements.jsonl"), 3);
    // The slow one wakes up: what it has to say is known by now, but for the last line.
    ASSERT_TRUE(slow.append("measurements.jsonl", 3, lines.subspan(2)));
    EXPECT_EQ(slow.lines("measurements.jsonl"), 4);
    EXPECT_EQ(
        read_file(folder / "measurements.jsonl", 1 << 20),
        "{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n{\"n\":4}\n"
    );
    ASSERT_TRUE(slow.add({.path = "captures/05.json"}, "{}"));
    EXPECT_EQ(next.add({.path = "captures/05.json"}, "{}").error().code, "audit.file_exists");
    EXPECT_EQ(next.add({.path = "more.jsonl"}, "{}").error().code, "audit.bad_manifest");
    ASSERT_TRUE(next.end_lines({.path = "measurements.jsonl", .samples = 4}));
    EXPECT_EQ(
        slow.append("measurements.jsonl", 5, lines.first(1)).error().code, "audit.file_exists"
    );
    ASSERT_TRUE(slow.end_lines({.path = "verdicts.jsonl"}));
    finish(next);
    EXPECT_EQ(slow.add({.path = "late.json"}, "{}").error().code, "audit.bundle_finished");
    const auto manifest = Manifest::parse(*read_file(folder / "manifest.json", 1 << 20));
    EXPECT_EQ(manifest->find("measurements.jsonl")->about.samples, 4);
    EXPECT_EQ(manifest->find("verdicts.jsonl")->size, 0);
    EXPECT_TRUE(manifest->find("captures/05.json") != nullptr);
}

/// No file of this process grows past so many bytes, while it lives.
class RoomOnDisk {
public:
    explicit RoomOnDisk(rlim_t bytes) {
        ::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit now{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &now);
    }
    ~RoomOnDisk() { ::setrlimit(RLIMIT_FSIZE, &before_); }
    RoomOnDisk(const RoomOnDisk&) = delete;
    RoomOnDisk& operator=(const RoomOnDisk&) = delete;

private:
    rlimit before_{};
};

TEST_F(Bundle, AFullDiskTakesNothingButTheLineAtHand) {
    const fs::path folder = root / "phase1" / "CHG-0001-1-1";
    auto writer = *BundleWriter::open(folder, {.change = "CHG-0001", .revision = 1, .attempt = 1});
    const std::vector<std::string> line{"{\"n\":1}"};
    ASSERT_TRUE(writer.append("measurements.jsonl", 1, line));
    {
        const RoomOnDisk room{line[0].size() + 1 + 3};  // for a part of the second line
        EXPECT_THROW((void)writer.append("measurements.jsonl", 2, line), fs::filesystem_error);
        EXPECT_EQ(read_file(folder / "measurements.jsonl", 1 << 20), "{\"n\":1}\n{\"n");
    }
    ASSERT_TRUE(writer.append("measurements.jsonl", 2, line));
    EXPECT_EQ(read_file(folder / "measurements.jsonl", 1 << 20), "{\"n\":1}\n{\"n\":1}\n");
}

TEST_F(Bundle, IsTidiedWhenItsWriterWasKilledRightBehindTheManifest) {
    const fs::path folder = write({});
    const auto list = read_file(root / "phase1" / "manifest.json", 1 << 20);
    std::ofstream{folder / "manifest.partial.jsonl"} << "{}\n";
    std::ofstream{root / "phase1" / "manifest.json"} << to_json(AttemptList{});
    EXPECT_NE(verdict(root / "phase1"), "good");
    EXPECT_EQ(
        BundleWriter::open(
            folder,
            {.change = "CHG-0001",
             .revision = 1,
             .revision_digest = base::sha256(Story{}.revision),
             .attempt = 1}
        )
            .error()
            .code,
        "audit.bundle_finished"
    );
    EXPECT_EQ(verdict(root / "phase1"), "good");
    EXPECT_EQ(read_file(root / "phase1" / "manifest.json", 1 << 20), list);
}

TEST(Manifest, RefusesPathsThatLeaveTheBundle) {
    for (const std::string_view path :
         {"", "/etc/passwd", "../x", "a/../b", "a//b", "a/", ".hidden", "a/.b", "a b", "a\\b"}) {
        EXPECT_FALSE(is_bundle_path(path)) << path;
    }
    EXPECT_TRUE(is_bundle_path("log/proofs/12.tlog-proof"));
}

}  // namespace
}  // namespace accubooks::audit
