"""What the files of records hold about persons."""

from portcrm.audit.personal_data import PersonalData, register_personal_data
from portcrm.files.services.forgetting import erase_files, files_of

register_personal_data(PersonalData("files", files_of, erase_files, order=70))
