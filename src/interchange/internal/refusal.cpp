#include "interchange/internal/refusal.h"

#include "base/error.h"

namespace accubooks::interchange {

SourceError error_of(const Refusal& refusal, const std::vector<std::string>& files) {
    base::ensure(!refusal.kept().empty(), "a pass stops only after a refusal");
    std::vector<ImportProblem> problems;
    problems.reserve(refusal.kept().size());
    for (const Refusal::Kept& kept : refusal.kept()) {
        problems.push_back({
            .file = files[kept.at.file],
            .line = kept.at.line,
            .column = kept.at.column,
            .code = kept.code,
            .reason = kept.reason,
        });
    }
    SourceError error{std::move(problems.front()), refusal.kept().front().question, {}};
    problems.erase(problems.begin());
    error.more = std::move(problems);
    return error;
}

}  // namespace accubooks::interchange
