#include "base/clock.h"

#include <fmt/format.h>

namespace accubooks::base {

std::string to_rfc3339(Instant at) {
    using namespace std::chrono;
    const sys_time<microseconds> point{microseconds{at.unix_micros()}};
    const auto day = floor<days>(point);  // floor, not a cast: before 1970 a cast rounds up
    const year_month_day calendar{day};
    const hh_mm_ss time{point - day};
    return fmt::format(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z",
        static_cast<int>(calendar.year()),
        static_cast<unsigned>(calendar.month()),
        static_cast<unsigned>(calendar.day()),
        time.hours().count(),
        time.minutes().count(),
        time.seconds().count(),
        time.subseconds().count()
    );
}

Instant SystemClock::now() const {
    using namespace std::chrono;
    const auto since = system_clock::now().time_since_epoch();
    return Instant::from_unix_micros(duration_cast<microseconds>(since).count());
}

}  // namespace accubooks::base
