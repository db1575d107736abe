#ifndef FOSSE_ENGINE_MASS_CHANGE_H_
#define FOSSE_ENGINE_MASS_CHANGE_H_

#include <cstdint>
#include <set>
#include <string>

#include "care/handle.h"
#include "engine/documents.h"

// One cause that puts many at risk is one alarm with their number, not a flood (HAZ-40). All pure.
namespace fosse::engine {

// Delegations that are at risk, or that nobody oversees, and were not so before. One that moves
// between records was so in the other.
uint32_t CountPutAtRisk(care::Consequence::Kind kind, const v1::CareRecord& before,
                        const care::Effect& effect);

// Whether the delivery only tells, to one that has no part of its own in the task: the number says
// it better. Work stays with whoever must do it.
bool OnlyTells(const v1::Delivery& delivery);

// Organisations that get the one alarm.
std::set<std::string> WhoIsAlarmed(const InForce& in_force);

}  // namespace fosse::engine

#endif  // FOSSE_ENGINE_MASS_CHANGE_H_
