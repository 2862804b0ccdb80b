-- DOC-6: what a report's words or scan are stored as, so that the list of results and the list of documents lead to the same file.
alter table clinical_items add column document_id uuid references documents;

-- Reports that came before, by the source's own numbers.
update clinical_items i
set document_id = d.document_id
from source_records item
join source_records written on written.source = item.source and written.resource_type = 'DiagnosticReport.document'
    and written.resource_id = item.resource_id
join documents d on d.document_id = written.target_id
where item.resource_type = 'DiagnosticReport' and item.target_id = i.item_id and d.patient_id = i.patient_id;
