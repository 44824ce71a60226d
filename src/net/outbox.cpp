#include "net/outbox.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/utf8.h"
#include "net/printable_lines.h"

namespace accubooks::net {

namespace {

std::string text_of(const UnsentMessage& message) {
    return fmt::format(
        "NOT SENT: no {} is configured.\nTo: {}\nSubject: {}\nAt: {}\n\n{}",
        message.missing,
        base::printable(message.to),
        base::printable(message.subject),
        base::to_rfc3339(message.at),
        printable_lines(message.text, "\n")
    );
}

}  // namespace

base::Result<std::string> put_in_outbox(
    const std::filesystem::path& folder, std::string_view name, const UnsentMessage& message
) {
    const std::string text = text_of(message);
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    const std::filesystem::path path = folder / name;
    const std::filesystem::path fresh = path.string() + ".new";
    const int file =
        open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    const bool is_written =
        file >= 0 && write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
        fsync(file) == 0;
    const int why = errno;
    if (file >= 0) {
        close(file);
    }
    if (!is_written || rename(fresh.c_str(), path.c_str()) != 0) {
        return base::refuse(
            base::ErrorKind::overloaded,
            "delivery.failed",
            fmt::format(
                "{} can't be written: {}.", path.string(), std::strerror(is_written ? errno : why)
            )
        );
    }
    return path.string();
}

}  // namespace accubooks::net
