#include "adapters/council/work_list_csv.h"

#include <sstream>

#include "adapters/csv/reader.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/support/shows.h"

namespace fosse::adapters::council {
namespace {

v1::Delivery DeliveryOf(const std::string& text) {
  v1::Delivery delivery;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &delivery));
  return delivery;
}

std::vector<csv::Row> RowsOf(const std::vector<v1::Delivery>& deliveries) {
  std::istringstream in(WorkListCsv(deliveries));
  csv::Reader reader(in);
  std::vector<csv::Row> rows;
  while (std::optional<csv::Row> row = reader.Next()) rows.push_back(*std::move(row));
  return rows;
}

std::string At(const std::vector<csv::Row>& rows, size_t row, const char* column) {
  const std::optional<size_t> found = csv::FindColumn(rows[0].cells, column);
  EXPECT_TRUE(found.has_value()) << column;
  return rows[row].cells[*found];
}

TEST(WorkListCsvTest, SaysWhatIsAskedOfWhomAndWhomToCall) {
  Shows({"haz-21", "haz-39"});
  const std::vector<csv::Row> rows = RowsOf({DeliveryOf(R"pb(
    delivery_id: "M-1"
    kind: DELIVERY_KIND_PROPOSAL
    urgency: URGENCY_SAME_DAY
    words: "This task is proposed to you, \"as is\"."
    act_by { seconds: 1793610000 }
    message {
      subject {
        person {
          nhs_number: "9990000018"
          family_name: "Example"
          given_name: "=cmd()"
          date_of_birth: "1950-02-01"
        }
      }
    }
    standings {
      reference: "REF-1"
      state: DELEGATION_STATE_PROPOSED
      delivers_now: "RT5"
      overseer: "RT5"
      task { code: "generic-7-blood-sugar" }
      contacts {
        in_hours { telephone: "0116 496 0101" }
        out_of_hours { telephone: "+44 116 496 0102" }
      }
    }
    standings { reference: "REF-2" }
  )pb")});
  ASSERT_EQ(rows.size(), 3u) << "a row for each delegation";
  for (const csv::Row& row : rows) EXPECT_TRUE(row.issues.empty());
  EXPECT_EQ(At(rows, 1, "Item"), "M-1");
  EXPECT_EQ(At(rows, 1, "Kind"), "proposal");
  EXPECT_EQ(At(rows, 1, "Urgency"), "same-day");
  EXPECT_EQ(At(rows, 1, "Act by"), "2026-11-02 09:00");
  EXPECT_EQ(At(rows, 1, "NHS number"), "9990000018");
  EXPECT_EQ(At(rows, 1, "Given name"), "'=cmd()") << "no cell starts a formula";
  EXPECT_EQ(At(rows, 1, "Telephone out of hours"), "'+44 116 496 0102");
  EXPECT_EQ(At(rows, 1, "State"), "proposed");
  EXPECT_EQ(At(rows, 2, "Delegation"), "REF-2");
}

TEST(WorkListCsvTest, WhatIsAboutNoDelegationHasARowToo) {
  const std::vector<csv::Row> rows =
      RowsOf({DeliveryOf(R"(delivery_id: "M-2" words: "Training is asked for.")")});
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(At(rows, 1, "What happened and what is asked"), "Training is asked for.");
  EXPECT_EQ(RowsOf({}).size(), 1u) << "an empty list has its header";
}

}  // namespace
}  // namespace fosse::adapters::council
