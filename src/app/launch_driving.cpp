#include "app/launch_driving.h"

#include <fmt/format.h>

namespace accubooks::app {
namespace {

/// "a, boot 0195…": who drives, and who captured a file.
std::string name_of(const ops::Identity& who) {
    return fmt::format("{}, boot {}", who.instance, base::to_string(who.boot_id));
}

}  // namespace

LaunchDriving::LaunchDriving(Service& service, const Startup& startup, const ops::Identity& who)
    : world_{
          .observing =
              {.on = lane_.executor(0),
               .ops = service.ops,
               .app = service.app,
               .directory = service.directory,
               .clock = service.clock,
               .log = service.log,
               .public_origin = startup.launch_url},
          .evidence =
              {.disk = disk_,
               .directory = startup.launch_folder,
               .writer = fmt::format("{}, build {}", name_of(who), who.version)},
          .audit_log = service.audit_log,
          .producer = "accubooks " + who.version,
      },
      driver_{{
          .on = lane_.executor(0),
          .ops = service.ops,
          .clock = service.clock,
          .log = service.log,
          .holder = name_of(who),
          .effects = [this](const launch::Attempt& attempt) -> std::unique_ptr<launch::Effects> {
              return std::make_unique<launch::LiveEffects>(world_, attempt);
          },
      }},
      keeper_{{
          .on = lane_.executor(0),
          .ops = service.ops,
          .clock = service.clock,
          .log = service.log,
          .audit_log = service.audit_log,
          .evidence = world_.evidence,
          .producer = world_.producer,
      }} {}

}  // namespace accubooks::app
