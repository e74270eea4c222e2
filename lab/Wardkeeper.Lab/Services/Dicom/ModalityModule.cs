using Wardkeeper.Lab.Day;
using Wardkeeper.Lab.Emitters.Dimse;

namespace Wardkeeper.Lab.Services.Dicom;

/// <summary>What an image of one modality must say beyond what all images say (PS3.3, Annex A). Values are plausible and the same for every examination.</summary>
internal static class ModalityModule
{
    private const double SliceMillimetres = 5;

    /// <summary>Adds the modality's own attributes.</summary>
    /// <param name="image">Image.</param>
    /// <param name="exam">Examination.</param>
    /// <param name="number">Instance number, from 1.</param>
    public static void Add(DataSet image, Exam exam, int number)
    {
        switch (exam.Modality)
        {
            case "CT":
                AddPlane(image, exam, number);
                // C.8.2.1: Rescale makes Hounsfield units of stored values.
                image.SetDecimals(0x00180060, 120).SetDecimals(0x00281052, -1024).SetDecimals(0x00281053, 1).Set(0x00281054, "LO", "HU").SetInteger(0x00200012, 1);
                break;
            case "MR":
                AddPlane(image, exam, number);
                // C.8.3.1.
                image.Set(0x00180020, "CS", "SE").Set(0x00180021, "CS", "NONE").Set(0x00180022, "CS", "").Set(0x00180023, "CS", "2D")
                    .SetDecimals(0x00180080, 500).SetDecimals(0x00180081, 15).SetInteger(0x00180091, 1);
                break;
            case "DX" or "MG":
                AddProjection(image, exam);
                break;
            case "CR":
                // C.8.1.1.
                image.Set(0x00180015, "CS", "CHEST").Set(0x00185101, "CS", "PA").Set(0x00200020, "CS", @"L\F");
                break;
            case "US":
                image.Set(0x00200020, "CS", "");
                break;
            default:
                // C.8.6.1: made at a workstation.
                image.Set(0x00080064, "CS", "WSD").Set(0x00200020, "CS", "");
                break;
        }
    }

    /// <summary>Frame of Reference and Image Plane modules (C.7.4.1, C.7.6.2): slices one above the other.</summary>
    private static void AddPlane(DataSet image, Exam exam, int number) => image
        .Set(0x00185100, "CS", "HFS")
        .Set(0x00200052, "UI", exam.StudyUid + ".2")
        .Set(0x00201040, "LO", "")
        .SetDecimals(0x00180050, SliceMillimetres)
        .SetDecimals(0x00200032, 0, 0, SliceMillimetres * number)
        .SetDecimals(0x00200037, 1, 0, 0, 0, 1, 0)
        .SetDecimals(0x00280030, 1, 1);

    /// <summary>DX Series, DX Image, DX Detector and, for mammography, its own modules (C.8.11.1 to C.8.11.7).</summary>
    private static void AddProjection(DataSet image, Exam exam)
    {
        bool isBreast = exam.Modality == "MG";
        image.Set(0x00080068, "CS", "FOR PRESENTATION")
            .SetDecimals(0x00181164, 0.1, 0.1)
            .Set(0x00181508, "CS", isBreast ? "MAMMOGRAPHIC" : "")
            .Set(0x00187004, "CS", "SCINTILLATOR")
            .Set(0x00200020, "CS", @"L\F")
            .Set(0x00200062, "CS", isBreast ? "L" : "U")
            .Set(0x00280301, "CS", "NO")
            .Set(0x00281040, "CS", "LOG")
            .SetShortSigned(0x00281041, -1)
            .SetDecimals(0x00281050, 2048).SetDecimals(0x00281051, 4096)
            .SetDecimals(0x00281052, 0).SetDecimals(0x00281053, 1).Set(0x00281054, "LO", "US")
            .Set(0x00282110, "CS", "00")
            .SetSequence(0x00400555)
            .Set(0x20500020, "CS", "IDENTITY")
            .SetSequence(0x00082218, Code(image, isBreast ? "76752008" : "51185008", isBreast ? "Breast" : "Chest"));
        if (!isBreast) return;
        image.Set(0x00400318, "CS", "BREAST")
            .Set(0x00281300, "CS", "NO")
            .SetSequence(0x00540220, Code(image, "399162004", "cranio-caudal").SetSequence(0x00540222));
    }

    private static DataSet Code(DataSet image, string value, string meaning) =>
        image.Item().Set(0x00080100, "SH", value).Set(0x00080102, "SH", "SCT").Set(0x00080104, "LO", meaning);
}
