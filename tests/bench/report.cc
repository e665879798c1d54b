#include "tests/bench/report.h"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace juchu::bench {
namespace {

double MedianOf(const Line& line, const std::function<double(const Sample&)>& figure) {
  std::vector<double> values;
  for (const auto& sample : line.rounds) values.push_back(figure(sample));
  return Median(std::move(values));
}

// "client 65 + gateway 87 + …".
std::string CpuText(const Line& line) {
  std::string text;
  if (line.rounds.empty()) return text;
  for (size_t i = 0; i < line.rounds.front().cpu_us.size(); ++i) {
    absl::StrAppend(&text, i == 0 ? "" : " + ", line.rounds.front().cpu_us[i].first, " ",
                    absl::StrFormat("%.0f", MedianOf(line, [i](const Sample& s) { return s.cpu_us[i].second; })));
  }
  return text;
}

std::vector<std::string> Cells(const Line& line) {
  const auto median = [&line](double Sample::*figure) {
    return MedianOf(line, [figure](const Sample& sample) { return sample.*figure; });
  };
  return {line.contender,
          absl::StrCat(line.in_flight),
          absl::StrFormat("%.0f", median(&Sample::units_per_second)),
          absl::StrFormat("%.2f", median(&Sample::p50_ms)),
          absl::StrFormat("%.2f", median(&Sample::p99_ms)),
          absl::StrFormat("%.2f", median(&Sample::statements)),
          absl::StrFormat("%.2f", median(&Sample::prepares)),
          absl::StrFormat("%.3f", median(&Sample::commits)),
          "  " + CpuText(line)};
}

// The most memory of a contender's processes, over all of its lines and rounds.
struct Memory {
  std::string contender;
  ByProcess mib;
};

std::vector<Memory> MostMemory(const Section& section) {
  std::vector<Memory> all;
  for (const auto& line : section.lines) {
    auto memory =
        std::find_if(all.begin(), all.end(), [&line](const Memory& one) { return one.contender == line.contender; });
    if (memory == all.end()) memory = all.insert(all.end(), Memory{line.contender, {}});
    for (const auto& sample : line.rounds) {
      memory->mib.resize(std::max(memory->mib.size(), sample.peak_mib.size()));
      for (size_t i = 0; i < sample.peak_mib.size(); ++i) {
        auto& [process, most] = memory->mib[i];
        process = sample.peak_mib[i].first;
        most = std::max(most, sample.peak_mib[i].second);
      }
    }
  }
  return all;
}

// "client 30, gateway 41".
std::string MemoryText(const Memory& memory) {
  std::string text;
  for (const auto& [process, mib] : memory.mib) {
    absl::StrAppend(&text, text.empty() ? "" : ", ", process, " ", absl::StrFormat("%.0f", mib));
  }
  return text;
}

nlohmann::json FiguresToJson(const ByProcess& figures) {
  nlohmann::json json = nlohmann::json::object();
  for (const auto& [process, figure] : figures) json[process] = figure;
  return json;
}

// Columns on a terminal: two for each character that East Asian fonts draw wide.
size_t Width(const std::string& text) {
  size_t width = 0;
  for (const unsigned char byte : text) {
    if (byte >= 0xE3) {
      width += 2;
    } else if ((byte & 0xC0) != 0x80) {
      width += 1;
    }
  }
  return width;
}

}  // namespace

void PrintColumns(const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], Width(row[i]));
  }
  for (const auto& row : rows) {
    std::string text;
    for (size_t i = 0; i < row.size(); ++i) {
      const std::string padding(widths[i] - Width(row[i]), ' ');
      // A text at the end needs no padding.
      const bool left = i == 0 || row[i].rfind("  ", 0) == 0;
      absl::StrAppend(&text, i == 0 ? "" : "  ",
                      left ? row[i] + (i + 1 == row.size() ? "" : padding) : padding + row[i]);
    }
    std::printf("%s\n", text.c_str());
  }
}

void Print(const Section& section) {
  std::printf("\n%s\n", section.title.c_str());
  std::vector<std::vector<std::string>> rows = section.rows;
  if (!section.lines.empty()) {
    rows.push_back({"", "in flight", section.unit + "/s", "p50 ms", "p99 ms", "statements", "prepares", "commits",
                    "  CPU µs each: by process"});
    for (const auto& line : section.lines) rows.push_back(Cells(line));
  }
  PrintColumns(rows);
  for (const auto& note : section.notes) std::printf("  %s\n", note.c_str());
  std::vector<std::vector<std::string>> memories;
  for (const auto& memory : MostMemory(section)) {
    memories.push_back({"  most memory in MiB, " + memory.contender, "  " + MemoryText(memory)});
  }
  PrintColumns(memories);
  std::vector<std::vector<std::string>> verdicts;
  for (const auto& verdict : section.verdicts) {
    verdicts.push_back({"  " + verdict.text, absl::StrFormat("%.2f", verdict.ratio()),
                        absl::StrFormat("target %s %.2f", verdict.at_least ? "≥" : "≤", verdict.target),
                        verdict.met() ? "  met" : "  NOT MET"});
  }
  PrintColumns(verdicts);
  std::fflush(stdout);
}

nlohmann::json ToJson(const Section& section) {
  nlohmann::json json = {{"title", section.title},
                         {"unit", section.unit},
                         {"rows", section.rows},
                         {"notes", section.notes},
                         {"lines", nlohmann::json::array()},
                         {"memory_mib", nlohmann::json::object()},
                         {"verdicts", nlohmann::json::array()}};
  for (const auto& line : section.lines) {
    nlohmann::json rounds = nlohmann::json::array();
    for (const auto& sample : line.rounds) {
      rounds.push_back({{"per_second", sample.units_per_second},
                        {"p50_ms", sample.p50_ms},
                        {"p99_ms", sample.p99_ms},
                        {"statements", sample.statements},
                        {"prepares", sample.prepares},
                        {"commits", sample.commits},
                        {"cpu_us", FiguresToJson(sample.cpu_us)},
                        {"memory_mib", FiguresToJson(sample.peak_mib)}});
    }
    json["lines"].push_back({{"contender", line.contender}, {"in_flight", line.in_flight}, {"rounds", rounds}});
  }
  for (const auto& memory : MostMemory(section)) json["memory_mib"][memory.contender] = FiguresToJson(memory.mib);
  for (const auto& verdict : section.verdicts) {
    json["verdicts"].push_back({{"text", verdict.text},
                                {"ratio", verdict.ratio()},
                                {"rounds", verdict.rounds},
                                {"target", verdict.target},
                                {"at_least", verdict.at_least},
                                {"met", verdict.met()}});
  }
  return json;
}

}  // namespace juchu::bench
