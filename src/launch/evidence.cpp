#include "launch/evidence.h"

#include <array>

#include <fmt/format.h>

#include "base/canonical_json.h"
#include "launch/captures.h"
#include "launch/internal/evidence_state.h"

namespace accubooks::launch {
namespace {

namespace fs = std::filesystem;
using base::Result;
using base::Task;

Result<Payload> approved_payload(const Terms& terms, std::string_view bytes) {
    if (base::to_hex(base::sha256(bytes)) != terms.digest) {
        return base::refuse(
            base::ErrorKind::conflict,
            "launch.bad_payload",
            "The payload isn't the one whose digest was approved."
        );
    }
    return payload_of(bytes);
}

audit::AttemptHead head_of(const Terms& terms) {
    return {
        .change = terms.change,
        .revision = terms.revision,
        .revision_digest = *base::digest_from_hex(terms.digest),
        .attempt = terms.attempt,
        .rehearsal = terms.is_rehearsal(),
    };
}

}  // namespace

std::string execution_object(const Terms& terms) {
    return fmt::format("{}/rev/{}/attempt/{}", terms.change, terms.revision, terms.attempt);
}

fs::path evidence_folder(const Plan& plan, PhaseName phase, const Terms& terms) {
    const std::string attempt = fmt::format(
        "{}-{}-{}{}",
        terms.change,
        terms.revision,
        terms.attempt,
        terms.is_rehearsal() ? "-rehearsal" : ""
    );
    return fs::path{"evidence"} / plan.phase(phase).evidence.text / attempt;
}

std::string file_of(Lines lines) {
    constexpr std::array<std::string_view, 3> kFiles{
        "execution.jsonl", "measurements.jsonl", "verdicts.jsonl"
    };
    return std::string{kFiles.at(static_cast<std::size_t>(lines))};
}

Task<Result<void>> Evidence::State::on_disk(std::function<Result<void>()> work) {
    co_return co_await disk.run([work = std::move(work)]() -> Result<void> {
        try {
            return work();
        } catch (const fs::filesystem_error& failure) {
            return base::refuse(
                base::ErrorKind::overloaded,
                "launch.evidence_not_written",
                fmt::format(
                    "The evidence can't be written, {}: {}. Make room or mend the folder's rights.",
                    failure.path1().string(),
                    failure.code().message()
                )
            );
        }
    });
}

Result<void> Evidence::State::add(
    audit::FileAbout about, std::string_view bytes, base::Instant now
) {
    if (!bundle || bundle->has(about.path)) {
        return {};
    }
    about.captured_at = now;
    about.captured_by = writer;
    const auto added = bundle->add(about, bytes);
    return added || added.error().code == "audit.file_exists" ? Result<void>{} : added;
}

Task<Result<Evidence>> Evidence::open(
    Parts parts, Terms terms, std::string payload, base::Instant now
) {
    AB_CO_TRY(approved, approved_payload(terms, payload));
    const fs::path folder = parts.directory / evidence_folder(approved.plan, approved.phase, terms);
    Evidence evidence{std::unique_ptr<State>{new State{
        .disk = parts.disk,
        .folder = folder,
        .writer = std::move(parts.writer),
        .terms = std::move(terms),
        .payload = std::move(approved),
    }}};
    State& state = *evidence.state_;
    AB_CO_CHECK(co_await state.on_disk([&]() -> Result<void> {
        auto bundle = audit::BundleWriter::open(state.folder, head_of(state.terms));
        if (bundle) {
            state.bundle = *std::move(bundle);
        } else if (bundle.error().code != "audit.bundle_finished") {
            return std::unexpected(bundle.error());
        }
        state.is_sealed = audit::is_sealed(state.folder);
        AB_CHECK(state.add({.path = "change/revision.json"}, payload, now));
        return state.add({.path = "analysis-plan.json"}, canonical_json(state.payload.plan), now);
    }));
    co_return evidence;
}

Evidence::Evidence(std::unique_ptr<State> state) : state_{std::move(state)} {}
Evidence::~Evidence() = default;
Evidence::Evidence(Evidence&&) noexcept = default;
Evidence& Evidence::operator=(Evidence&&) noexcept = default;

const fs::path& Evidence::folder() const {
    return state_->folder;
}

bool Evidence::is_finished() const {
    return !state_->bundle;
}

bool Evidence::is_sealed() const {
    return state_->is_sealed;
}

std::int64_t Evidence::lines(Lines of) const {
    return state_->bundle ? state_->bundle->lines(file_of(of)) : 0;
}

Task<Result<void>> Evidence::append(Lines of, std::int64_t first, std::vector<std::string> lines) {
    if (is_finished()) {
        co_return Result<void>{};
    }
    co_return co_await state_->on_disk([&] {
        return state_->bundle->append(file_of(of), first, lines);
    });
}

Task<Result<void>> Evidence::add_snapshot(
    std::string moment, Snapshot snapshot, base::Instant now
) {
    co_return co_await state_->on_disk([&] {
        return state_->add(
            {.path = fmt::format("snapshots/{}.json", moment),
             .source = "the settings' newest revision and what each instance said to it"},
            to_json(snapshot),
            now
        );
    });
}

Task<Result<void>> Evidence::add_captures(
    const Plan& plan, const Execution& execution, const Assessment& assessment, base::Instant now
) {
    for (const Capture& capture : captures_of(plan, execution, now)) {
        const audit::FileAbout about{
            .path = file_of(capture),
            .source = file_of(Lines::measurements),
            .covers_from = capture.window.from,
            .covers_to = capture.window.to,
        };
        if (is_finished() || state_->bundle->has(about.path)) {
            continue;
        }
        const std::string text = to_json(capture, assessment);
        AB_CO_CHECK(co_await state_->on_disk([&] { return state_->add(about, text, now); }));
    }
    co_return Result<void>{};
}

void Evidence::add_missing(std::string what, std::string reason) {
    if (state_->bundle) {
        state_->bundle->add_missing({.what = std::move(what), .reason = std::move(reason)});
    }
}

}  // namespace accubooks::launch
