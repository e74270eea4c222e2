using System.Globalization;
using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Services.Dicom;

/// <summary>Begins a data set about a patient, in the character set of the patient's records.</summary>
internal static class DicomPatient
{
    /// <summary>A data set with Specific Character Set and the Patient Module (PS3.3, C.7.1.1).</summary>
    public static DicomDataSet New(HospitalPatient patient)
    {
        DicomCharset charset = DicomCharset.Of(patient.Charset);
        DicomDataSet data = new(charset);
        if (charset.Term is not null) data.Add(0x00080005, "CS", charset.Term);
        return data
            .Add(0x00100010, "PN", $"{patient.Family}^{patient.Given}")
            .Add(0x00100020, "LO", patient.Id)
            .Add(0x00100030, "DA", patient.Birth.ToString("yyyyMMdd", CultureInfo.InvariantCulture))
            .Add(0x00100040, "CS", patient.Sex);
    }
}
