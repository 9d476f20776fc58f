// JUnit 5 and OkHttp 4 against a running intake (npx bhxh-intake up). Written down for Android teams; the suite does not run it.
//   testImplementation("com.squareup.okhttp3:okhttp:4.12.0")
//   testImplementation("org.json:json:20240303")
import java.util.UUID
import okhttp3.MediaType.Companion.toMediaType
import okhttp3.MultipartBody
import okhttp3.OkHttpClient
import okhttp3.Request
import okhttp3.RequestBody
import okhttp3.RequestBody.Companion.toRequestBody
import org.json.JSONObject
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Test

class LoginTest {
    private val service = System.getenv("BHXH_INTAKE_URL") ?: "http://127.0.0.1:3000"
    private val http = OkHttpClient()
    private val json = "application/json".toMediaType()
    private lateinit var base: String
    private lateinit var workspace: String

    /** A world of its own for each test: give `base` to the app under test as the address of its API. */
    @BeforeEach
    fun makeWorkspace() {
        val made = answer(Request.Builder().url("$service/_sim/workspaces").post(body(JSONObject())))
        workspace = made.getString("name")
        base = made.getString("baseUrl")
    }

    @AfterEach
    fun removeWorkspace() {
        http.newCall(Request.Builder().url("$service/_sim/workspaces/$workspace").delete().build()).execute().close()
    }

    @Test
    fun `a citizen registers, is verified at the counter, and logs in`() {
        val form = MultipartBody.Builder().setType(MultipartBody.FORM)
        mapOf(
            "insuranceNumber" to "0397097379", "fullName" to "Huỳnh Thị Minh", "idNumber" to "031165000123",
            "phone" to "0352153000", "provinceCode" to "01", "districtCode" to "001", "wardCode" to "00001",
            "street" to "Số 12 Hàng Than", "officeCode" to "03102",
            "commitmentAccepted" to "true", "dataProcessingAccepted" to "true",
        ).forEach { (name, value) -> form.addFormDataPart(name, value) }
        for (slot in listOf("portrait", "idFront", "idBack")) {
            val photo = http.newCall(Request.Builder().url("$base/_sim/photos/$slot?persona=huynh-thi-minh").build())
                .execute().use { it.body!!.bytes() }
            form.addFormDataPart(slot, "$slot.jpg", photo.toRequestBody("image/jpeg".toMediaType()))
        }
        val receipt = answer(
            Request.Builder().url("$base/v1/declarations").header("Idempotency-Key", UUID.randomUUID().toString()).post(form.build()),
        )

        val clerk = answer(
            Request.Builder().url("$base/_sim/tokens").post(body(JSONObject().put("role", "clerk").put("officeCode", "03102"))),
        ).getString("accessToken")
        val dossier = "$base/v1/staff/declarations/${receipt.getString("id")}"
        val etag = http.newCall(Request.Builder().url(dossier).header("Authorization", "Bearer $clerk").build())
            .execute().use { it.header("ETag")!! }
        val lease = answer(Request.Builder().url("$dossier/lease").header("Authorization", "Bearer $clerk").post("".toRequestBody(null)))
        val checklist = JSONObject()
            .put("personPresent", true).put("originalIdSeen", true).put("originalIdNumber", "031165000123")
            .put("portraitMatches", true).put("phoneConfirmed", true).put("formSigned", true)
        answer(
            Request.Builder().url("$dossier/approval")
                .header("Authorization", "Bearer $clerk").header("Lease-Token", lease.getString("leaseToken")).header("If-Match", etag)
                .post(body(JSONObject().put("checklist", checklist))),
        )

        val sms = answer(Request.Builder().url("$base/_sim/await?channel=sms&template=credentials&to=0352153000"))
        val login = JSONObject().put("insuranceNumber", "0397097379").put("password", sms.getJSONObject("fields").getString("password"))
        assertTrue(answer(Request.Builder().url("$base/v1/sessions").post(body(login))).getBoolean("mustChangePassword"))
    }

    private fun body(value: JSONObject): RequestBody = value.toString().toRequestBody(json)

    private fun answer(request: Request.Builder): JSONObject =
        http.newCall(request.build()).execute().use { response ->
            val text = response.body!!.string()
            check(response.isSuccessful) { "${response.code}: $text" }
            JSONObject(text)
        }
}
