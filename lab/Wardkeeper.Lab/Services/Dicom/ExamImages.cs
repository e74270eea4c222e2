using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Emitters.Dimse;
using Wardkeeper.Lab.Hospital;

namespace Wardkeeper.Lab.Services.Dicom;

/// <summary>
/// The images of an examination as files, with the honest data of the device that makes them. A modality whose own image class the
/// lab does not write is stored as secondary capture. Pixels show a bright disc with noise; the Study Instance UID is their seed.
/// </summary>
internal static class ExamImages
{
    private const string Hospital = "Laboratory Hospital";

    /// <summary>SOP Instance UID of an image.</summary>
    /// <param name="exam">Examination.</param>
    /// <param name="number">Instance number, from 1.</param>
    public static string InstanceUid(Exam exam, int number) => $"{exam.StudyUid}.1.{number}";

    /// <summary>The files of all images, in order.</summary>
    public static IEnumerable<byte[]> Files(Exam exam, HospitalDevice device) =>
        Enumerable.Range(1, exam.Images).Select(number => DicomFile.ToBytes(SopClasses.OfImages(exam.Modality), InstanceUid(exam, number), DicomIdentity.Of(device), Image(exam, device, number)));

    /// <summary>Writes all images into a folder of their own.</summary>
    public static async Task WriteAsync(Exam exam, HospitalDevice device, string folder, CancellationToken cancel)
    {
        int number = 0;
        foreach (byte[] file in Files(exam, device)) await File.WriteAllBytesAsync(Path.Combine(folder, (++number).ToString("0000", CultureInfo.InvariantCulture) + ".dcm"), file, cancel);
    }

    private static DataSet Image(Exam exam, HospitalDevice device, int number)
    {
        DataSet image = DicomPatient.New(exam.Patient);
        AddStudy(image, exam);
        AddEquipment(image, device);
        DateTime made = exam.Scheduled.AddSeconds(number);
        image.Set(0x00080008, "CS", exam.Modality is "CT" or "MR" ? @"ORIGINAL\PRIMARY\AXIAL" : @"ORIGINAL\PRIMARY")
            .Set(0x00080016, "UI", SopClasses.OfImages(exam.Modality))
            .Set(0x00080018, "UI", InstanceUid(exam, number))
            .SetDate(0x00080022, made).SetDate(0x00080023, made).SetTime(0x00080032, made).SetTime(0x00080033, made)
            .SetInteger(0x00200013, number);
        ModalityModule.Add(image, exam, number);
        AddPixels(image, exam, number);
        return image;
    }

    private static void AddStudy(DataSet image, Exam exam) => image
        .SetDate(0x00080020, exam.Scheduled).SetDate(0x00080021, exam.Scheduled).SetTime(0x00080030, exam.Scheduled).SetTime(0x00080031, exam.Scheduled)
        .Set(0x00080050, "SH", exam.Accession)
        .Set(0x00080060, "CS", exam.Modality)
        .Set(0x00080090, "PN", "")
        .Set(0x00081030, "LO", exam.Description)
        .Set(0x0008103E, "LO", exam.Description)
        .Set(0x0020000D, "UI", exam.StudyUid)
        .Set(0x0020000E, "UI", exam.StudyUid + ".1")
        .Set(0x00200010, "SH", exam.Accession)
        .SetInteger(0x00200011, 1);

    private static void AddEquipment(DataSet image, HospitalDevice device) => image
        .Set(0x00080070, "LO", device.Vendor)
        .Set(0x00080080, "LO", device.HlFacility ?? Hospital)
        .Set(0x00081010, "SH", device.HostName[..Math.Min(device.HostName.Length, 16)])
        .Set(0x00081040, "LO", device.Department.English)
        .Set(0x00081090, "LO", device.Model)
        .Set(0x00181000, "LO", device.Serial)
        .Set(0x00181020, "LO", device.SoftwareVersion);

    /// <summary>Image Pixel Module (PS3.3, C.7.6.3); ultrasound may have 8 bits only (C.8.5.6.1).</summary>
    private static void AddPixels(DataSet image, Exam exam, int number)
    {
        bool isWide = exam.Modality != "US";
        int stored = isWide ? 12 : 8;
        image.SetShort(0x00280002, 1)
            .Set(0x00280004, "CS", "MONOCHROME2")
            .SetShort(0x00280010, exam.Side).SetShort(0x00280011, exam.Side)
            .SetShort(0x00280100, isWide ? 16 : 8).SetShort(0x00280101, stored).SetShort(0x00280102, stored - 1).SetShort(0x00280103, 0);
        Random noise = new(BitConverter.ToInt32(SHA256.HashData(Encoding.ASCII.GetBytes(InstanceUid(exam, number)))));
        int brightest = (1 << stored) - 1, centre = exam.Side / 2;
        byte[] pixels = new byte[exam.Side * exam.Side * (isWide ? 2 : 1)];
        for (int i = 0; i < exam.Side * exam.Side; i++)
        {
            int x = i % exam.Side - centre, y = i / exam.Side - centre;
            int value = noise.Next(brightest / 16) + (x * x + y * y < centre * centre * 3 / 4 ? brightest / 2 : 0);
            if (isWide) (pixels[2 * i], pixels[2 * i + 1]) = ((byte)value, (byte)(value >> 8));
            else pixels[i] = (byte)value;
        }
        image.SetBytes(0x7FE00010, isWide ? "OW" : "OB", pixels.Length % 2 == 0 ? pixels : [.. pixels, 0]);
    }
}
