#include "launch/guides.h"

#include <algorithm>

namespace accubooks::launch {

std::vector<Guide> guides_of(const Plan& plan) {
    std::vector<Guide> guides;
    for (const Document& document : plan.documents) {
        Guide guide{
            .title = document.title,
            .path = document.path,
            .phase = document.phase ? std::string{to_string(*document.phase)} : std::string{},
        };
        for (const auto& [path, text] : guide_texts()) {
            if (path == document.path) {
                guide.digest = base::sha256(text);
                guide.lines = std::ranges::count(text, '\n');
            }
        }
        guides.push_back(std::move(guide));
    }
    return guides;
}

}  // namespace accubooks::launch
