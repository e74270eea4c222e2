using System.Security.Cryptography;
using System.Text;
using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Emitters.DataExport;

/// <summary>A patient's vital signs at a time: plausible, and the same for the same patient and minute.</summary>
/// <param name="HeartRate">Beats a minute.</param>
/// <param name="Saturation">Oxygen saturation in percent.</param>
/// <param name="RespirationRate">Breaths a minute.</param>
/// <param name="Systolic">Blood pressure in mmHg.</param>
/// <param name="Diastolic">Blood pressure in mmHg, below the systolic.</param>
/// <param name="Temperature">Degrees Celsius, one decimal.</param>
internal sealed record VitalSigns(int HeartRate, int Saturation, int RespirationRate, int Systolic, int Diastolic, decimal Temperature)
{
    /// <summary>Mean blood pressure in mmHg, by the usual rule of a third.</summary>
    public int Mean => Diastolic + ((Systolic - Diastolic) / 3);

    /// <summary>The signs of a patient: a level of his own, and a little sway by the minute.</summary>
    public static VitalSigns Of(HospitalPatient patient, DateTime at)
    {
        byte[] level = SHA256.HashData(Encoding.UTF8.GetBytes(patient.Id));
        byte[] sway = SHA256.HashData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{patient.Id} {at:yyyyMMddHHmm}")));
        int diastolic = Between(2, 55, 88, 4);
        return new(Between(0, 58, 104, 4), Math.Min(100, Between(1, 93, 100, 1)), Between(3, 11, 22, 2), diastolic + Between(4, 34, 58, 3), diastolic, Between(5, 362, 381, 2) / 10m);

        int Between(int index, int low, int high, int most) => low + (level[index] % (high - low + 1)) + (sway[index] % ((2 * most) + 1)) - most;
    }
}
