-- DOC-15: every scan of somebody new at the desk is checked; how many they filed is asked at each.
create index intake_outcomes_by_filer on intake_outcomes (decided_by) where outcome = 'filed';
