#include "tests/standin/rccs_journal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"

namespace juchu::standin {
namespace {

absl::Status FileError(const std::string& file, absl::string_view what) {
  return absl::UnavailableError(absl::StrCat("cannot ", what, " the journal ", file, ": ", std::strerror(errno)));
}

void WriteOrAbort(int fd, const std::string& text) {
  size_t done = 0;
  while (done < text.size()) {
    const ssize_t written = write(fd, text.data() + done, text.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) break;
    done += static_cast<size_t>(written);
  }
  if (done == text.size() && fdatasync(fd) == 0) return;
  std::fprintf(stderr, "cannot write the journal: %s\n", std::strerror(errno));
  std::abort();
}

// Returns the length of the whole lines.
absl::StatusOr<size_t> Replay(const std::string& content,
                              const std::function<absl::Status(const nlohmann::json&)>& replay) {
  size_t begin = 0;
  for (int line = 1;; ++line) {
    const size_t end = content.find('\n', begin);
    if (end == std::string::npos) return begin;
    const auto event = nlohmann::json::parse(content.begin() + static_cast<std::ptrdiff_t>(begin),
                                             content.begin() + static_cast<std::ptrdiff_t>(end), nullptr, false);
    if (event.is_discarded()) return absl::DataLossError(absl::StrCat("line ", line, " is not JSON"));
    if (const absl::Status status = replay(event); !status.ok()) {
      return absl::DataLossError(absl::StrCat("line ", line, ": ", status.message()));
    }
    begin = end + 1;
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<RccsJournal>> RccsJournal::Open(
    const std::string& file, const std::function<absl::Status(const nlohmann::json&)>& replay) {
  const int fd = open(file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) return FileError(file, "open");
  std::unique_ptr<RccsJournal> journal(new RccsJournal(fd));
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) return FileError(file, "lock");
  std::ifstream stream(file, std::ios::binary);
  const std::string content((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
  if (!stream) return FileError(file, "read");
  const absl::StatusOr<size_t> whole = Replay(content, replay);
  if (!whole.ok()) return absl::DataLossError(absl::StrCat("the journal ", file, ", ", whole.status().message()));
  if (*whole < content.size() && ftruncate(fd, static_cast<off_t>(*whole)) != 0) return FileError(file, "shorten");
  return journal;
}

RccsJournal::~RccsJournal() {
  int64_t count = 0;
  {
    absl::MutexLock lock(&mutex_);
    count = appended_;
  }
  Sync(count);
  close(fd_);
}

int64_t RccsJournal::Append(const nlohmann::json& event) {
  const std::string line = absl::StrCat(event.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), "\n");
  absl::MutexLock lock(&mutex_);
  unwritten_ += line;
  return ++appended_;
}

void RccsJournal::Sync(int64_t count) {
  absl::MutexLock lock(&mutex_);
  while (on_disk_ < count) {
    if (writing_) {
      mutex_.Await(absl::Condition(
          +[](bool* writing) { return !*writing; }, &writing_));
      continue;
    }
    writing_ = true;
    const std::string text = std::exchange(unwritten_, "");
    const int64_t written = appended_;
    mutex_.Unlock();
    WriteOrAbort(fd_, text);
    mutex_.Lock();
    on_disk_ = written;
    writing_ = false;
  }
}

}  // namespace juchu::standin
