using Wardkeeper.Sensor.Observations;
using Wardkeeper.Sensor.Protocols;

namespace Wardkeeper.Sensor.Tests.Protocols;

public sealed class FreeTextTests
{
    [Theory]
    [InlineData("Report for patient Zhang San is ready", "Report for patient patient-1 patient-2 is ready")]
    [InlineData("Images of ZHANG^SAN^^", "Images of patient-1")]
    [InlineData("MRN: 12345 done", "MRN: patient-1 patient-2")]
    [InlineData("患者 张三; 完成", "患者 patient-1; 完成")]
    [InlineData("order 20240131001 closed", "order ########### closed")]
    [InlineData("login failed password=abc user root", "login failed password=*** user root")]
    [InlineData("Accepted publickey for root from 10.0.0.1 port 50000", "Accepted publickey for root from 10.0.0.1 port 50000")]
    public void What_names_a_patient_or_a_secret_is_not_shown(string text, string shown) =>
        Assert.Equal(shown, new PatientNames(showHashes: false).Render(FreeText.Of(text, new PatientMasker(), 200)));
}
