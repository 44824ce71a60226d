#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace accubooks::reports {

/// Rows of cells for people, in aligned columns: the first ones are texts and stand left, the rest
/// are amounts and stand right. Widths are counted in code points, which is right for all but wide
/// and combining letters.
class TextTable {
public:
    using Cells = std::vector<std::string>;

    /// `texts` columns stand left. The head says how many columns there are.
    TextTable(Cells head, std::size_t texts);

    /// A row; cells that it lacks are empty, and none is too many.
    void add(Cells cells);
    /// Every row on a line of its own, without blanks at its end.
    std::string text() const;

private:
    std::size_t texts_;
    std::vector<Cells> rows_;
};

}  // namespace accubooks::reports
