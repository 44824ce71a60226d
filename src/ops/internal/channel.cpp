#include "ops/internal/channel.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace accubooks::ops {

namespace {

constexpr std::size_t kTextMax = 64;

union Control {
    cmsghdr header;  // for the alignment
    std::array<char, CMSG_SPACE(sizeof(int))> bytes;
};

}  // namespace

Channel::Message::~Message() {
    if (descriptor >= 0) {
        close(descriptor);
    }
}

Channel& Channel::operator=(Channel&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    std::swap(owner_, other.owner_);
    return *this;
}

Channel::~Channel() {
    if (descriptor_ >= 0 && owner_ == Owner::self) {
        close(descriptor_);
    }
}

std::optional<std::pair<Channel, Channel>> Channel::pair() {
    std::array<int, 2> ends{};
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
        return std::nullopt;
    }
    return std::pair{Channel{ends[0]}, Channel{ends[1]}};
}

bool Channel::send(std::string_view text, int descriptor) const {
    iovec bytes{.iov_base = const_cast<char*>(text.data()), .iov_len = text.size()};
    msghdr message{};
    message.msg_iov = &bytes;
    message.msg_iovlen = 1;
    Control control{};
    if (descriptor >= 0) {
        message.msg_control = control.bytes.data();
        message.msg_controllen = control.bytes.size();
        cmsghdr* header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int));
        std::memcpy(CMSG_DATA(header), &descriptor, sizeof(int));
    }
    ssize_t sent = -1;
    do {
        sent = sendmsg(descriptor_, &message, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent >= 0;
}

std::optional<Channel::Message> Channel::receive() const {
    std::array<char, kTextMax> text{};
    iovec bytes{.iov_base = text.data(), .iov_len = text.size()};
    msghdr message{};
    message.msg_iov = &bytes;
    message.msg_iovlen = 1;
    Control control{};
    message.msg_control = control.bytes.data();
    message.msg_controllen = control.bytes.size();
    ssize_t received = -1;
    do {
        received = recvmsg(descriptor_, &message, MSG_CMSG_CLOEXEC);
    } while (received < 0 && errno == EINTR);
    if (received <= 0) {
        return std::nullopt;
    }
    Message found;
    found.text.assign(text.data(), static_cast<std::size_t>(received));
    const cmsghdr* header = CMSG_FIRSTHDR(&message);
    if (header != nullptr && header->cmsg_type == SCM_RIGHTS) {
        std::memcpy(&found.descriptor, CMSG_DATA(header), sizeof(int));
    }
    return found;
}

bool Channel::wait_readable(std::chrono::milliseconds patience) const {
    pollfd waited{.fd = descriptor_, .events = POLLIN, .revents = 0};
    return poll(&waited, 1, static_cast<int>(patience.count())) > 0;
}

}  // namespace accubooks::ops
