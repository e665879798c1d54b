#include "tests/proof/fault_spots.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"

namespace juchu::proof {

const char* NameOf(fault::Action action) {
  return action == fault::Action::kCrash ? "crash" : action == fault::Action::kError ? "error" : "stall";
}

std::vector<Spot> FaultSpots::TakePassed() {
  std::vector<Spot> passed;
  for (const auto& process : cluster_.process_names()) {
    const std::string path = absl::StrCat(cluster_.fault_folder(process), "/passed");
    std::map<std::string, int> hits;
    std::ifstream file(path);
    for (std::string point; std::getline(file, point);) passed.push_back({process, point, ++hits[point]});
    std::filesystem::remove(path);
  }
  return passed;
}

void FaultSpots::Arm(const Spot& spot, fault::Action action) {
  const char* ms = std::getenv("JUCHU_STALL_MS");
  const std::string folder = cluster_.fault_folder(spot.process);
  std::ofstream(folder + "/new") << ++plans_ << " " << spot.point << " " << spot.hit << " " << NameOf(action) << " "
                                 << (ms == nullptr ? "50" : ms);
  std::filesystem::rename(folder + "/new", folder + "/plan");
}

bool FaultSpots::HasCome(const Spot& spot) const {
  return !std::filesystem::exists(cluster_.fault_folder(spot.process) + "/plan");
}

void FaultSpots::Disarm(const Spot& spot) { std::filesystem::remove(cluster_.fault_folder(spot.process) + "/plan"); }

void FaultSpots::Heal() {
  for (const auto& process : cluster_.process_names()) {
    if (!cluster_.process(process).Running()) cluster_.Heal();
  }
}

contract::Answer FaultSpots::CallThroughTheFault(const contract::Merchant& merchant,
                                                 const contract::Operation& operation,
                                                 const contract::Messages& requests, absl::Duration limit) {
  absl::Notification answered;
  contract::Answer answer;
  std::thread client([&] {
    answer = merchant.CallUntilAnswered(operation, requests, limit);
    answered.Notify();
  });
  while (!answered.WaitForNotificationWithTimeout(absl::Milliseconds(2))) Heal();
  client.join();
  cluster_.Heal();
  return answer;
}

}  // namespace juchu::proof
