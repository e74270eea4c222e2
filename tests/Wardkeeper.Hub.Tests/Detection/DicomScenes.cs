namespace Wardkeeper.Hub.Tests.Detection;

/// <summary>What is said over DICOM in scenes: a scanner at 10.0.1.5 (CT_1), an archive at 10.0.9.9 (PACS_1).</summary>
internal static class DicomScenes
{
    public const string Ct = "CT Image Storage";

    /// <summary>An archive that was called by the scanner alone, every day of a week and a half.</summary>
    public static Scene Watched(string site = "", string more = "") => Daily(new Scene(site), 10, scene => scene.Associates("10.0.1.5", "CT_1", more: more));

    /// <summary>A scanner that stored images, every day of a week and a half.</summary>
    public static Scene Storing(string site = "") => Daily(new Scene(site), 10, scene =>
    {
        for (int i = 0; i < 3; i++) scene.Stores("10.0.1.5", $"{scene.Now.Nanoseconds}.{i}");
    });

    /// <summary>So many different titles refused.</summary>
    public static Scene Guessed(int count, TimeSpan apart = default)
    {
        Scene scene = new();
        for (int i = 0; i < count; i++) scene.Later(apart).Refused("10.0.1.7", "GUESS" + i);
        return scene;
    }

    public static Scene Daily(Scene scene, int days, Action<Scene> happens)
    {
        for (int day = 0; day < days; day++)
        {
            happens(scene);
            scene.Later(TimeSpan.FromDays(1));
        }
        return scene;
    }

    public static Scene Many(Scene scene, int count, Action<Scene> happens)
    {
        for (int i = 0; i < count; i++) happens(scene);
        return scene;
    }

    public static string Association(string calling, string called, string uid = "1.2.3", string version = "V1", string result = "accepted", string more = "") =>
        $$"""{"kind":"association","calling_ae":"{{calling}}","called_ae":"{{called}}","result":"{{result}}","implementation_uid":"{{uid}}","implementation_version":"{{version}}"{{more}}}""";

    public static string Contexts(params int[] classes) =>
        $$""","contexts":[{{string.Join(',', classes.Select(one => $$"""{"id":1,"abstract_syntax":"1.2.840.{{one}}","transfer_syntaxes":["1.2.840.10008.1.2"]}"""))}}]""";

    public static Scene Associates(this Scene scene, string client, string calling, string uid = "1.2.3", string version = "V1", string more = "") =>
        scene.Says("dicom", client, "10.0.9.9", 104, Association(calling, "PACS_1", uid, version, more: more));

    public static Scene Refused(this Scene scene, string client, string calling, string how = "permanent", string called = "PACS_1") =>
        scene.Says("dicom", client, "10.0.9.9", 104, Association(calling, called, result: "rejected", more: $$""","reject_result":"{{how}}","reject_reason":"calling-ae-title-not-recognized" """));

    public static Scene Exchanges(this Scene scene, string command, string fields, string client = "10.0.1.5") =>
        scene.Says("dicom", client, "10.0.9.9", 104, $$"""{"kind":"dimse","command":"{{command}}","calling_ae":"CT_1","called_ae":"PACS_1",{{fields}}}""");

    public static Scene Stores(this Scene scene, string client, string instance, string name = Ct, string digest = "aa", long pixels = 1000, string more = "") =>
        scene.Exchanges("C-STORE", $$""" "service":"storage","sop_class_name":"{{name}}","sop_instance":"{{instance}}","status_class":"success","content_digest":"{{digest}}","pixel_bytes":{{pixels}}{{more}} """, client);

    /// <summary>A query at study level; <paramref name="keys"/> restrict it.</summary>
    public static Scene Finds(this Scene scene, string keys, int found = 12, string client = "10.0.1.5") =>
        scene.Exchanges("C-FIND", $$""" "service":"query-retrieve","query_level":"STUDY","query_keys":[{{keys}}],"pending_responses":{{found}},"status_class":"success" """, client);

    /// <summary>Studies, each fetched for itself.</summary>
    public static Scene Fetches(this Scene scene, int count, string client = "10.0.1.5", int from = 0)
    {
        for (int i = 0; i < count; i++) scene.Exchanges("C-GET", $$""" "service":"query-retrieve","study_uid":"2.25.{{from + i}}","completed_sub_operations":3,"status_class":"success" """, client);
        return scene;
    }

    public static Scene Moves(this Scene scene, string destination, string more = ""","completed_sub_operations":3,"status":0,"status_class":"success" """, string client = "10.0.1.5") =>
        scene.Exchanges("C-MOVE", $$""" "service":"query-retrieve","study_uid":"1.2","move_destination":"{{destination}}"{{more}} """, client);

    public static Scene Web(this Scene scene, string operation, string more = "") =>
        scene.Says("dicom", "10.0.1.5", "10.0.9.9", 8042, $$"""{"kind":"web","operation":"{{operation}}","resource":"studies","status_code":200,"query_keys":["StudyDate"],"instances":1{{more}}}""");

    public static Scene Deletes(this Scene scene, string client, string uri = "/dicom-web/studies/1.2.3", int status = 200, string method = "DELETE") =>
        scene.Says("http", client, "10.0.9.9", 8042, $$"""{"method":"{{method}}","uri":"{{uri}}","status_code":{{status}}}""");

    public static Scene Malformed(this Scene scene, string client, params string[] faults) =>
        scene.Associates(client, "CT_1", more: $$""","requestor_faults":[{{string.Join(',', faults.Select(fault => $"\"{fault}\""))}}]""");
}
