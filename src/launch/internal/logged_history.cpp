#include "launch/internal/logged_history.h"

#include <fstream>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

#include "audit/bundle_verifier.h"
#include "audit/bundle_writer.h"
#include "base/canonical_json.h"
#include "base/json.h"

namespace accubooks::launch {
namespace {

using base::ErrorKind;

/// What the act of an event holds (launch/execution_log.h).
std::string payload_of(const ExecutionEvent& event, std::size_t number) {
    auto payload =
        base::canonicalise(fmt::format(R"({{"number":{},"event":{}}})", number, to_json(event)));
    base::ensure(payload.has_value(), "an event holds texts and whole numbers");
    return *std::move(payload);
}

std::unexpected<base::Error> differs(std::string detail) {
    return base::refuse(ErrorKind::invalid, "replay.differs", std::move(detail));
}

}  // namespace

base::Result<void> check_logged(
    const std::filesystem::path& folder, const std::vector<ExecutionEvent>& history
) {
    const std::filesystem::path file = folder / "log/leaves.jsonl";
    std::ifstream input{file, std::ios::binary};
    if (!input) {
        return {};
    }
    std::size_t told = 0;
    std::string line;
    while (std::getline(input, line)) {
        const auto act = audit::parse_line(line);
        const auto leaf = act ? audit::Leaf::parse(act->entry)
                              : base::Result<audit::Leaf>{std::unexpected(act.error())};
        if (!leaf) {
            return base::refuse(
                ErrorKind::invalid,
                "replay.bad_line",
                fmt::format("{}: {}", file.string(), leaf.error().detail)
            );
        }
        if (leaf->action != audit::kExecutionEvent) {
            continue;
        }
        ++told;
        if (told > history.size() || act->payload != payload_of(history[told - 1], told)) {
            return differs(fmt::format(
                "Leaf {} of the audit log tells another event than line {} of execution.jsonl.",
                leaf->seq,
                told
            ));
        }
    }
    if (told != history.size()) {
        return differs(fmt::format(
            "The audit log has {} events of the execution, execution.jsonl {}.",
            told,
            history.size()
        ));
    }
    return {};
}

}  // namespace accubooks::launch
