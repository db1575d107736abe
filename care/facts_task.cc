#include "care/facts.h"

namespace fosse::care {
namespace {

using v1::Facts;

constexpr uint32_t kOnePercentX100 = 100;

Facts::TaskListing ListingOf(const v1::CatalogueTask* listed) {
  if (listed == nullptr) return Facts::TASK_LISTING_NOT_LISTED;
  if (listed->generic_task() >= Facts::GENERIC_TASK_TASK_1) return Facts::TASK_LISTING_GENERIC;
  switch (listed->training_class()) {
    case v1::TRAINING_CLASS_NONE:
      return Facts::TASK_LISTING_NO_TRAINING;
    case v1::TRAINING_CLASS_GENERIC:
      return Facts::TASK_LISTING_GENERIC;
    case v1::TRAINING_CLASS_SPECIFIC:
      return Facts::TASK_LISTING_SPECIFIC;
    default:
      return Facts::TASK_LISTING_UNKNOWN;
  }
}

// A dressing, or a task that the list leaves to a clinician, is the nurse's alone only where one
// has classed it so. Of a task in no list, such as one under another system's code for a nurse's
// task, nobody knows whose it is until a clinician says so (B-3.3, HAZ-10).
Facts::TaskRestriction RestrictionOf(const v1::CatalogueTask* listed,
                                     const v1::TaskParticulars& particulars) {
  // What a clinician says of this very task is stronger than any list.
  if (particulars.dressing_class() == v1::DRESSING_CLASS_NURSE_ONLY ||
      particulars.clinician_class() == v1::CLINICIAN_CLASS_NURSE_ONLY) {
    return Facts::TASK_RESTRICTION_REGISTERED_NURSE_ONLY;
  }
  if (listed == nullptr) {
    return particulars.clinician_class() == v1::CLINICIAN_CLASS_MAY_DELEGATE
               ? Facts::TASK_RESTRICTION_NONE
               : Facts::TASK_RESTRICTION_UNKNOWN;
  }
  const bool dressing = listed->restriction() == Facts::TASK_RESTRICTION_DRESSING_NOT_CLASSED;
  const bool other = listed->restriction() == Facts::TASK_RESTRICTION_CLINICIAN_DECIDES;
  const bool classed =
      (dressing && particulars.dressing_class() == v1::DRESSING_CLASS_MAY_DELEGATE) ||
      (other && particulars.clinician_class() == v1::CLINICIAN_CLASS_MAY_DELEGATE);
  return classed ? Facts::TASK_RESTRICTION_NONE : listed->restriction();
}

Facts::PersonExclusion ExclusionOf(v1::Answer excluded) {
  switch (excluded) {
    case v1::ANSWER_YES:
      return Facts::PERSON_EXCLUSION_EXCLUDED;
    case v1::ANSWER_NO:
      return Facts::PERSON_EXCLUSION_NONE;
    default:
      return Facts::PERSON_EXCLUSION_UNKNOWN;
  }
}

Facts::Setting SettingOf(v1::CareSetting setting) {
  switch (setting) {
    case v1::CARE_SETTING_OWN_HOME:
      return Facts::SETTING_OWN_HOME;
    case v1::CARE_SETTING_DAY_CENTRE:
      return Facts::SETTING_DAY_CENTRE;
    case v1::CARE_SETTING_CARE_HOME:
      return Facts::SETTING_CARE_HOME;
    case v1::CARE_SETTING_SUPPORTED_LIVING:
      return Facts::SETTING_SUPPORTED_LIVING;
    default:
      return Facts::SETTING_UNKNOWN;
  }
}

// What is stated counts, whatever the list says the task is about.
Facts::CreamStrength StrengthOf(const v1::CatalogueTask* listed,
                                const v1::TaskParticulars& particulars) {
  if (const uint32_t strength = particulars.cream_strength_percent_x100(); strength != 0) {
    return strength > kOnePercentX100 ? Facts::CREAM_STRENGTH_ABOVE_ONE_PERCENT
                                      : Facts::CREAM_STRENGTH_ONE_PERCENT_OR_LESS;
  }
  const bool may_be_a_cream = listed == nullptr || listed->is_cream() ||
                              listed->generic_task() == Facts::GENERIC_TASK_TASK_1;
  return may_be_a_cream ? Facts::CREAM_STRENGTH_UNKNOWN : Facts::CREAM_STRENGTH_NOT_A_CREAM;
}

// The limits of the seven generic tasks (B-4.5), as the proposal states them.
void AddLimits(const v1::TaskParticulars& particulars, Facts& facts) {
  // Strength in per cent says nothing of potency: 0.05% can be very potent.
  if (particulars.cream_potency() == v1::CREAM_POTENCY_MILD) {
    facts.set_cream_potency(Facts::CREAM_POTENCY_MILD);
  } else if (particulars.cream_potency() != v1::CREAM_POTENCY_UNSPECIFIED) {
    facts.set_cream_potency(Facts::CREAM_POTENCY_STRONGER);
  }
  if (particulars.medicines_arranged() == v1::ANSWER_YES) {
    facts.set_medicines_arrangement(Facts::MEDICINES_ARRANGEMENT_RECORDED);
  } else if (particulars.medicines_arranged() == v1::ANSWER_NO) {
    facts.set_medicines_arrangement(Facts::MEDICINES_ARRANGEMENT_NOT_RECORDED);
  }
  if (particulars.operation_phase() == v1::OPERATION_PHASE_NOT_OPERATIVE) {
    facts.set_operation_phase(Facts::OPERATION_PHASE_NOT_OPERATIVE);
  } else if (particulars.operation_phase() == v1::OPERATION_PHASE_PRE_OR_POST_OPERATIVE) {
    facts.set_operation_phase(Facts::OPERATION_PHASE_PRE_OR_POST_OPERATIVE);
  }
  if (particulars.choking_plan() == v1::CHOKING_PLAN_STANDARD) {
    facts.set_choking_plan(Facts::CHOKING_PLAN_STANDARD);
  } else if (particulars.choking_plan() == v1::CHOKING_PLAN_BESPOKE) {
    facts.set_choking_plan(Facts::CHOKING_PLAN_BESPOKE);
  }
  if (particulars.equipment_source() == v1::EQUIPMENT_SOURCE_NHS) {
    facts.set_equipment_source(Facts::EQUIPMENT_SOURCE_NHS);
  } else if (particulars.equipment_source() == v1::EQUIPMENT_SOURCE_OTHER) {
    facts.set_equipment_source(Facts::EQUIPMENT_SOURCE_OTHER);
  }
  if (particulars.stoma_state() == v1::STOMA_STATE_ESTABLISHED) {
    facts.set_stoma_state(Facts::STOMA_STATE_ESTABLISHED);
  } else if (particulars.stoma_state() == v1::STOMA_STATE_NEW_OR_COMPLICATED) {
    facts.set_stoma_state(Facts::STOMA_STATE_NEW_OR_COMPLICATED);
  }
  if (particulars.in_plan_of_care() == v1::ANSWER_YES) {
    facts.set_plan_of_care(Facts::PLAN_OF_CARE_INCLUDED);
  } else if (particulars.in_plan_of_care() == v1::ANSWER_NO) {
    facts.set_plan_of_care(Facts::PLAN_OF_CARE_NOT_INCLUDED);
  }
  if (particulars.follow_up_defined() == v1::ANSWER_YES) {
    facts.set_follow_up(Facts::FOLLOW_UP_DEFINED);
  } else if (particulars.follow_up_defined() == v1::ANSWER_NO) {
    facts.set_follow_up(Facts::FOLLOW_UP_NOT_DEFINED);
  }
}

}  // namespace

void AddTaskFacts(const policy::Rulebook& rulebook, const v1::DelegatedTask& task, Facts& facts) {
  const v1::CatalogueTask* listed = rulebook.FindTask(task.code());
  facts.set_task_listing(ListingOf(listed));
  facts.set_task_restriction(RestrictionOf(listed, task.particulars()));
  facts.set_generic_task(listed == nullptr ? Facts::GENERIC_TASK_NONE : listed->generic_task());
  facts.set_person_exclusion(ExclusionOf(task.particulars().excluded_for_person()));
  facts.set_setting(SettingOf(task.setting()));
  facts.set_cream_strength(StrengthOf(listed, task.particulars()));
  AddLimits(task.particulars(), facts);
}

}  // namespace fosse::care
