using System.Globalization;
using Wardkeeper.Lab.Emitters.Dimse;
using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Services.Dicom;

/// <summary>Begins a data set about a patient, in the character set of the patient's records.</summary>
internal static class DicomPatient
{
    /// <summary>A data set with Specific Character Set and the Patient Module (PS3.3, C.7.1.1).</summary>
    public static DataSet New(HospitalPatient patient) => DataSet.In(patient.Charset)
            .Set(0x00100010, "PN", $"{patient.Family}^{patient.Given}")
            .Set(0x00100020, "LO", patient.Id)
            .Set(0x00100030, "DA", patient.Birth.ToString("yyyyMMdd", CultureInfo.InvariantCulture))
            .Set(0x00100040, "CS", patient.Sex);
}
